namespace Bundler.Node.Configuration;

/// <summary>Settings of one source; <paramref name="Place"/> says where they stand, to end a sentence with.</summary>
internal sealed record ConfigurationLayer(string Place, IReadOnlyDictionary<string, string?> Settings)
{
    /// <summary>The keys that hold a value, or nothing at all, in order: no sections.</summary>
    public IEnumerable<string> Keys =>
        Settings.Keys.Order(StringComparer.OrdinalIgnoreCase).Where(key => !Settings.Keys.Any(other => other.Length > key.Length && other[key.Length] == ':'
                                                               && other.StartsWith(key, StringComparison.OrdinalIgnoreCase)));
}
