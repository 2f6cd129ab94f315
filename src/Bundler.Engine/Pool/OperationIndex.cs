using System.Runtime.InteropServices;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>
/// Key → the pending operations under it. Most keys have one, which is held in place; a set is only made for the second.
/// Owned by a <see cref="Mempool"/>, used under its lock.
/// </summary>
internal sealed class OperationIndex<TKey>
    where TKey : notnull
{
    private readonly Dictionary<TKey, Members> _members = [];

    public bool Has(TKey key) => _members.ContainsKey(key);

    public int Count(TKey key) => _members.TryGetValue(key, out Members members) ? members.All?.Count ?? 1 : 0;

    /// <summary>Good until the index is changed.</summary>
    public IReadOnlyCollection<Hash32> Operations(TKey key) =>
        _members.TryGetValue(key, out Members members) ? members.All ?? (IReadOnlyCollection<Hash32>)[members.Single] : [];

    public void Add(TKey key, Hash32 userOpHash)
    {
        ref Members members = ref CollectionsMarshal.GetValueRefOrAddDefault(_members, key, out bool known);
        if (!known)
        {
            members = new Members(userOpHash, null);
        }
        else if (members.All is { } set)
        {
            set.Add(userOpHash);
        }
        else if (members.Single != userOpHash)
        {
            members = new Members(default, [members.Single, userOpHash]);
        }
    }

    public void Remove(TKey key, Hash32 userOpHash)
    {
        if (!_members.TryGetValue(key, out Members members))
        {
            return;
        }

        bool isLast = members.All is { } set ? set.Remove(userOpHash) && set.Count == 0 : members.Single == userOpHash;
        if (isLast)
        {
            _members.Remove(key);
        }
    }

    /// <summary>One operation, or with <paramref name="All"/> those and only those.</summary>
    private readonly record struct Members(Hash32 Single, HashSet<Hash32>? All);
}
