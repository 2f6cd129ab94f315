using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Bundler.Engine.Validation;

/// <summary>A map that never changes, in two arrays that are sorted by key: small where there are few keys and many maps.</summary>
internal sealed class CompactMap<TKey, TValue> : IReadOnlyDictionary<TKey, TValue>
    where TKey : notnull
{
    private readonly TKey[] _keys;
    private readonly TValue[] _values;

    /// <param name="pairs">Without equal keys.</param>
    public CompactMap(IReadOnlyCollection<KeyValuePair<TKey, TValue>> pairs)
    {
        _keys = [.. pairs.Select(pair => pair.Key)];
        _values = [.. pairs.Select(pair => pair.Value)];
        Array.Sort(_keys, _values);
    }

    public static CompactMap<TKey, TValue> Empty { get; } = new([]);

    public int Count => _keys.Length;

    public IEnumerable<TKey> Keys => _keys;

    public IEnumerable<TValue> Values => _values;

    public TValue this[TKey key] => TryGetValue(key, out TValue? value) ? value : throw new KeyNotFoundException($"there is no {key}");

    public bool ContainsKey(TKey key) => Array.BinarySearch(_keys, key) >= 0;

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        int at = Array.BinarySearch(_keys, key);
        value = at >= 0 ? _values[at] : default;
        return at >= 0;
    }

    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator()
    {
        for (int i = 0; i < _keys.Length; i++)
        {
            yield return KeyValuePair.Create(_keys[i], _values[i]);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
