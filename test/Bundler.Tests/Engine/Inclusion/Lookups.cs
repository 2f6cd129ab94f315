using Bundler.Engine.Chain;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Inclusion;

/// <summary>Makes the lookup of operations over a chain and stores.</summary>
internal static class Lookups
{
    public static OperationLookup On(
        IJsonRpcTransport chain, Mempools mempools, IMempoolStore pool, IOperationHistoryStore history, TimeProvider clock, InclusionOptions? options = null)
    {
        ServedEntryPoints entryPoints = new([A.EntryPoint]);
        EthClient eth = new(chain);
        Carriers carriers = new(eth, entryPoints);
        LogRanges ranges = new(eth, clock);
        return new OperationLookup(
            mempools,
            pool,
            history,
            new HistorySearch(
                ranges, carriers, new CarrierArchive(eth, carriers), entryPoints, history, Options.Create(options ?? new InclusionOptions()), NullLogger<HistorySearch>.Instance, clock),
            new HistoryBackfill(ranges, carriers, entryPoints, history, NullLogger<HistoryBackfill>.Instance),
            new NestedBundles(new DebugClient(chain), entryPoints, history, NullLogger<NestedBundles>.Instance, clock),
            new ForeignReceipts(carriers, history),
            clock);
    }
}
