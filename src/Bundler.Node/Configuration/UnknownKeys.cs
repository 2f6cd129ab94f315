namespace Bundler.Node.Configuration;

/// <summary>A key that nobody reads is a mistake: it is named together with the known key that comes nearest.</summary>
internal sealed class UnknownKeys
{
    private readonly HashSet<string> _known;
    private readonly string[] _objects;
    private readonly string[] _arrays;

    /// <summary>What bundler.json has is known; below its empty objects every name is, and below its empty arrays every number.</summary>
    public UnknownKeys(ConfigurationLayer defaults)
    {
        _known = defaults.Keys.ToHashSet(StringComparer.OrdinalIgnoreCase);
        _objects = [.. defaults.Keys.Where(key => defaults.Settings[key] is null).Select(key => key + ":")];
        _arrays = [.. defaults.Keys.Where(key => defaults.Settings[key] is "").Select(key => key + ":")];
    }

    /// <summary>One sentence for each.</summary>
    public IEnumerable<string> In(ConfigurationLayer layer) => layer.Keys.Where(IsUnknown).Select(key =>
        $"Unknown key {key} {layer.Place}: did you mean {NearestName.Of(key, _known)}?");

    private bool IsUnknown(string key) =>
        !_known.Contains(key)
        && !Array.Exists(_objects, above => key.StartsWith(above, StringComparison.OrdinalIgnoreCase))
        && !Array.Exists(_arrays, above => key.StartsWith(above, StringComparison.OrdinalIgnoreCase) && key.AsSpan(above.Length).IndexOfAnyExceptInRange('0', '9') < 0);
}
