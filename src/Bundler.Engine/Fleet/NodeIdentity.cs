using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Fleet;

/// <summary>Which node this is; the same for the life of the process.</summary>
public sealed class NodeIdentity(IOptions<FleetOptions> options, NodeSelf self)
{
    private const int RandomBytes = 3;

    public string Id { get; } = options.Value.Id is { Length: > 0 } id
        ? id
        : string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{RandomNumberGenerator.GetHexString(RandomBytes * 2, lowercase: true)}");

    /// <summary>This process: another one by the same name, or the next life of this one, has another.</summary>
    public string Holder => field ??= $"{Id}{Lease.LifeMark}{RandomNumberGenerator.GetHexString(RandomBytes * 2, lowercase: true)}";

    public NodeRoles Roles { get; } = options.Value.RoleSet;

    /// <summary>As it is told to the others.</summary>
    public FleetNode Describe(bool isDraining) => new()
    {
        Id = Id,
        Holder = Holder,
        Version = self.Version,
        Roles = Roles,
        Address = self.Address(),
        IsDraining = isDraining,
        HeldUp = self.HeldUp(),
    };
}

/// <summary>What the host knows of itself.</summary>
/// <param name="Version">name/version.</param>
/// <param name="Address">Where it serves, once it does.</param>
public sealed record NodeSelf(string Version, Func<string> Address)
{
    /// <summary>Why it builds no bundle now, or <c>null</c>.</summary>
    public Func<string?> HeldUp { get; init; } = static () => null;
}
