using System.Collections;

namespace Bundler.Engine.Validation;

/// <summary>A set that never changes, in one sorted array: small where there are few members and many sets.</summary>
internal sealed class CompactSet<T> : IReadOnlySet<T>
    where T : notnull
{
    private readonly T[] _members;

    /// <param name="members">Without equal ones.</param>
    public CompactSet(IReadOnlyCollection<T> members)
    {
        _members = [.. members];
        Array.Sort(_members);
    }

    public int Count => _members.Length;

    public bool Contains(T item) => Array.BinarySearch(_members, item) >= 0;

    public bool IsProperSubsetOf(IEnumerable<T> other) => Loose().IsProperSubsetOf(other);

    public bool IsProperSupersetOf(IEnumerable<T> other) => Loose().IsProperSupersetOf(other);

    public bool IsSubsetOf(IEnumerable<T> other) => Loose().IsSubsetOf(other);

    public bool IsSupersetOf(IEnumerable<T> other) => other.All(Contains);

    public bool Overlaps(IEnumerable<T> other) => other.Any(Contains);

    public bool SetEquals(IEnumerable<T> other) => Loose().SetEquals(other);

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_members).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private HashSet<T> Loose() => [.. _members];
}
