using System.Reflection;

namespace Bundler.Node.Configuration;

/// <summary>
/// The objects of the configuration whose entries the operator names: paymasters, keys, endpoints, relays. Each entry has the keys of one class, and is read by itself here, because the
/// configuration binder leaves one out that it cannot read, and goes on.
/// </summary>
internal static class NamedEntries
{
    private static readonly Dictionary<string, Type> _types = new(
        from options in OptionsCatalog.All
        from property in options.Type.GetProperties()
        where EntryOf(property) is not null
        select KeyValuePair.Create($"{options.Section}:{property.Name}", EntryOf(property)!),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether an entry of an object may have a key. Where entries are no more than a text every name is known.</summary>
    /// <param name="path">The object.</param>
    /// <param name="key">Below it: the entry's name, and what stands in the entry.</param>
    public static bool Knows(string path, string key)
    {
        if (!_types.TryGetValue(path, out Type? type))
        {
            return true;
        }

        string[] parts = key.Split(':');
        PropertyInfo? property = parts.Length < 2 ? null : Array.Find(type.GetProperties(), each => each.Name.Equals(parts[1], StringComparison.OrdinalIgnoreCase));
        return property is not null && (parts.Length == 2 || IsObject(property.PropertyType));
    }

    /// <summary>All keys that an entry may have, for one with this key.</summary>
    public static IEnumerable<string> Near(string path, string key) =>
        _types.TryGetValue(path, out Type? type) ? type.GetProperties().Select(property => $"{path}:{key.Split(':')[0]}:{property.Name}") : [];

    /// <summary>A sentence for each entry that cannot be read.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration) =>
        from each in _types
        from entry in configuration.GetSection(each.Key).GetChildren()
        let fault = Fault(entry, each.Value)
        where fault is not null
        select fault;

    private static string? Fault(IConfigurationSection entry, Type type)
    {
        try
        {
            entry.Bind(Activator.CreateInstance(type));
            return null;
        }
        catch (InvalidOperationException fault)
        {
            // The configuration binder names the key.
            return fault.Message;
        }
    }

    private static Type? EntryOf(PropertyInfo property) =>
        property.PropertyType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(IDictionary<,>) && type.GenericTypeArguments[1] is var entry && entry != typeof(string)
            ? entry
            : null;

    private static bool IsObject(Type type) => type != typeof(string) && !type.IsValueType;
}
