using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Validation;

/// <summary>
/// ALT-020: what the operator admits although a rule of ERC-7562 refuses it, as a file of entries
/// <c>{"name", "rule", "entity"?, "address"?, "contract"?}</c>; what an entry leaves out is not looked at.
/// </summary>
public sealed class AltMempools
{
    private readonly IReadOnlyList<AltMempoolEntry> _entries;

    public AltMempools(IOptions<ValidationOptions> options)
        : this(options.Value.AltMempoolFile.Length == 0 ? [] : Load(options.Value.AltMempoolFile))
    {
    }

    internal AltMempools(IReadOnlyList<AltMempoolEntry> entries) => _entries = entries;

    public bool Admits(RuleViolation violation) => _entries.Any(entry => entry.Matches(violation));

    /// <exception cref="CodecException">The file is not a list of entries; the path leads to the fault.</exception>
    internal static IReadOnlyList<AltMempoolEntry> Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return [.. document.RootElement.EnumerateArray().Select((entry, index) => AltMempoolEntry.Read(entry, index))];
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new CodecException("", $"not a list of alternative mempools: {fault.Message}");
        }
    }

    private static IReadOnlyList<AltMempoolEntry> Load(string path) => Parse(File.ReadAllText(path));
}

/// <summary>One admitted deviation; <c>null</c> means any.</summary>
internal sealed record AltMempoolEntry(string Name, string Rule, EntityKind? Entity, Address? Address, Address? Contract)
{
    private static readonly string[] _keys = ["name", "rule", "entity", "address", "contract"];

    public bool Matches(RuleViolation violation) =>
        violation.Rule == Rule
        && (Entity is null || violation.Entity.Kind == Entity)
        && (Address is null || violation.Entity.Address == Address)
        && (Contract is null || violation.Address == Contract);

    public static AltMempoolEntry Read(JsonElement json, int index)
    {
        string place = $"[{index}]";
        foreach (JsonProperty property in json.EnumerateObject().Where(property => !_keys.Contains(property.Name)))
        {
            throw new CodecException(place, $"unknown key '{property.Name}', known are {string.Join(", ", _keys)}");
        }

        string rule = Text(json, "rule") ?? throw new CodecException(place, "rule is missing");
        string? entity = Text(json, "entity");
        if (entity is not null && !Enum.TryParse<EntityKind>(entity, ignoreCase: true, out _))
        {
            throw new CodecException(place, $"'{entity}' is no entity");
        }

        return new AltMempoolEntry(
            Text(json, "name") ?? rule,
            rule,
            entity is null ? null : Enum.Parse<EntityKind>(entity, ignoreCase: true),
            Text(json, "address") is { } address ? Ethereum.Primitives.Address.Parse(address) : null,
            Text(json, "contract") is { } contract ? Ethereum.Primitives.Address.Parse(contract) : null);
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
