using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Fleet;

/// <summary>Which node of a fleet this is, and what it may do. With SQLite it is the only one.</summary>
public sealed class FleetOptions : IValidatableObject
{
    public const string Section = "Bundler:Node";

    /// <summary>Its name among the others; empty: the host's name and a random number, another with each start.</summary>
    [MaxLength(100)]
    [RegularExpression("[^#]*", ErrorMessage = "The node's Id may not contain #: that parts it from its processes.")]
    public string Id { get; set; } = "";

    /// <summary>What it may do: rpc, bundle, sponsor, index, with commas.</summary>
    [Required]
    public string Roles { get; set; } = "rpc, bundle, sponsor, index";

    /// <summary>WithBuilder: one node builds all bundles with all keys; Divided: EntryPoints and keys are divided evenly among the bundling nodes.</summary>
    [EnumDataType(typeof(SignerSharing))]
    public SignerSharing Signers { get; set; } = SignerSharing.WithBuilder;

    /// <summary>How often a node says that it is there.</summary>
    [Range(100, 60_000)]
    public int HeartbeatMilliseconds { get; set; } = 2_000;

    /// <summary>For so long after its last heartbeat nobody else takes up what a node does.</summary>
    [Range(400, 600_000)]
    public int LeaseMilliseconds { get; set; } = 8_000;

    /// <summary>A node that was not heard of for so long is shown as stale.</summary>
    [Range(1, 86_400)]
    public int StaleSeconds { get; set; } = 30;

    /// <summary><see cref="Roles"/>, read.</summary>
    public NodeRoles RoleSet => RolesOf(Roles);

    /// <summary>What cannot be read is no role; <c>null</c>: all, by default.</summary>
    public static NodeRoles RolesOf(string? text) => text is null ? NodeRoles.All
        : Enum.TryParse(text, ignoreCase: true, out NodeRoles roles) ? roles & NodeRoles.All
        : NodeRoles.None;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Roles.Split(',', StringSplitOptions.TrimEntries).Any(role => !Enum.TryParse(role, ignoreCase: true, out NodeRoles one) || !Enum.IsDefined(one) || one is NodeRoles.None))
        {
            yield return new ValidationResult($"{nameof(Roles)} must be one or more of rpc, bundle, sponsor, index, with commas", [nameof(Roles)]);
        }

        if (LeaseMilliseconds < HeartbeatMilliseconds * 2)
        {
            yield return new ValidationResult($"{nameof(LeaseMilliseconds)} must be at least twice {nameof(HeartbeatMilliseconds)}", [nameof(LeaseMilliseconds)]);
        }
    }
}

[OptionsValidator]
internal sealed partial class FleetOptionsValidator : IValidateOptions<FleetOptions>;
