using System.Diagnostics.CodeAnalysis;
using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Pool;

/// <summary>The mempools of all served EntryPoints, one each, and the counter of arrivals they share.</summary>
public sealed class Mempools
{
    private readonly Dictionary<Address, Mempool> _pools;
    private long _sequence;

    public Mempools(
        ServedEntryPoints entryPoints, IOptions<PoolOptions> options, IMempoolStore store, OperationFeed feed, TimeProvider clock,
        PreVerificationGasPolicy? prices = null)
    {
        All = [.. entryPoints.All.Select(entryPoint => new Mempool(entryPoint, options.Value, store, feed, clock, prices))];
        _pools = All.ToDictionary(pool => pool.EntryPoint.Address);
    }

    public IReadOnlyList<Mempool> All { get; }

    public Mempool this[Address entryPoint] => _pools[entryPoint];

    public bool TryGet(Address entryPoint, [NotNullWhen(true)] out Mempool? pool) => _pools.TryGetValue(entryPoint, out pool);

    public bool TryFind(Hash32 userOpHash, [NotNullWhen(true)] out Mempool? pool, [NotNullWhen(true)] out MempoolEntry? entry)
    {
        foreach (Mempool candidate in All)
        {
            if (candidate.TryGet(userOpHash, out entry))
            {
                pool = candidate;
                return true;
            }
        }

        pool = null;
        entry = null;
        return false;
    }

    public long NextSequence() => Interlocked.Increment(ref _sequence);

    /// <summary>Arrivals after a restart come behind those before it.</summary>
    public void ContinueAfter(long sequence) => Interlocked.Exchange(ref _sequence, Math.Max(Interlocked.Read(ref _sequence), sequence));
}
