using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>Address → how many pending operations name it, by role. Owned by a <see cref="Mempool"/>, used under its lock.</summary>
internal sealed class EntityIndex
{
    private readonly Dictionary<Entity, HashSet<Hash32>> _operations = [];

    public int Count(Entity entity) => _operations.TryGetValue(entity, out HashSet<Hash32>? set) ? set.Count : 0;

    public IReadOnlyCollection<Hash32> Operations(Entity entity) =>
        _operations.TryGetValue(entity, out HashSet<Hash32>? set) ? set : [];

    public void Add(MempoolEntry entry)
    {
        foreach (Entity entity in entry.Entities)
        {
            if (!_operations.TryGetValue(entity, out HashSet<Hash32>? set))
            {
                _operations[entity] = set = [];
            }

            set.Add(entry.UserOpHash);
        }
    }

    public void Remove(MempoolEntry entry)
    {
        foreach (Entity entity in entry.Entities)
        {
            if (_operations.TryGetValue(entity, out HashSet<Hash32>? set) && set.Remove(entry.UserOpHash) && set.Count == 0)
            {
                _operations.Remove(entity);
            }
        }
    }
}
