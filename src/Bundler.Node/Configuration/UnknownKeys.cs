namespace Bundler.Node.Configuration;

/// <summary>A key that nobody reads is a mistake: it is named together with the known key that comes nearest.</summary>
internal sealed class UnknownKeys
{
    private readonly HashSet<string> _known;
    private readonly string[] _objects;
    private readonly string[] _arrays;

    /// <summary>What bundler.json has is known; below its empty objects every name is, with what such an entry may have, and below its empty arrays every number.</summary>
    public UnknownKeys(ConfigurationLayer defaults)
    {
        _known = defaults.Keys.ToHashSet(StringComparer.OrdinalIgnoreCase);
        _objects = [.. defaults.Keys.Where(key => defaults.Settings[key] is null).Select(key => key + ":")];
        _arrays = [.. defaults.Keys.Where(key => defaults.Settings[key] is "").Select(key => key + ":")];
    }

    /// <summary>One sentence for each.</summary>
    public IEnumerable<string> In(ConfigurationLayer layer) => layer.Keys.Where(IsUnknown).Select(key =>
        $"Unknown key {key} {layer.Place}: did you mean {NearestName.Of(key, Candidates(key))}?");

    private bool IsUnknown(string key) =>
        !_known.Contains(key)
        && !Array.Exists(_objects, above => key.StartsWith(above, StringComparison.OrdinalIgnoreCase) && NamedEntries.Knows(above[..^1], key[above.Length..]))
        && !Array.Exists(_arrays, above => key.StartsWith(above, StringComparison.OrdinalIgnoreCase) && key.AsSpan(above.Length).IndexOfAnyExceptInRange('0', '9') < 0);

    private IEnumerable<string> Candidates(string key) =>
        Array.Find(_objects, above => key.StartsWith(above, StringComparison.OrdinalIgnoreCase)) is { } entries ? NamedEntries.Near(entries[..^1], key[entries.Length..]) : _known;
}
