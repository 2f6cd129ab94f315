using Bundler.Engine;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Ledger;
using Bundler.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Bundler.Tests.Rpc.Rest;

/// <summary>The RPC with an address for operators, on stores that only remember.</summary>
internal static class OperatorHost
{
    public static Task<RpcHost> StartAsync(MemoryLedgerStore ledger, MemoryHistoryStore? history = null, EngineMetrics? metrics = null, string address = "127.0.0.1:0") =>
        RpcHost.StartAsync(
            [],
            services =>
            {
                services.AddSingleton<ILedgerStore>(ledger);
                services.AddSingleton<IOperationHistoryStore>(history ?? new MemoryHistoryStore());
                services.AddSingleton(metrics ?? new EngineMetrics());
            },
            ("OperatorAddress", address));
}
