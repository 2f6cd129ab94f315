using Bundler.Engine;
using Bundler.Engine.Chain;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Ledger;
using Bundler.Engine.Pool;
using Bundler.Testing;
using Bundler.Tests.Engine.Inclusion;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Rpc.Rest;

/// <summary>The RPC with an address for operators, on stores that only remember.</summary>
internal static class OperatorHost
{
    public static Task<RpcHost> StartAsync(
        MemoryLedgerStore ledger, MemoryHistoryStore? history = null, EngineMetrics? metrics = null, string address = "127.0.0.1:0", FakeNode? chain = null,
        Action<IServiceCollection>? more = null, MemoryMempoolStore? pool = null, params (string Key, string Value)[] settings)
    {
        history ??= new MemoryHistoryStore();
        pool ??= new MemoryMempoolStore();
        Mempools mempools = new(new ServedEntryPoints([A.EntryPoint]), Options.Create(new PoolOptions()), pool, new OperationFeed(), TimeProvider.System);
        return RpcHost.StartAsync(
            [],
            services =>
            {
                services.AddSingleton<ILedgerStore>(ledger);
                services.AddSingleton<IOperationHistoryStore>(history);
                services.AddSingleton<IMempoolStore>(pool);
                services.AddSingleton(metrics ?? new EngineMetrics());
                more?.Invoke(services);
                services.AddSingleton(Lookups.On(chain ?? new FakeNode(), mempools, pool, history, TimeProvider.System));
            },
            [("OperatorAddress", address), .. settings]);
    }
}
