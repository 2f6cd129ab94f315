using System.Collections.Frozen;
using Bundler.Paymaster;
using Bundler.Rpc.Access;
using Bundler.Rpc.Methods;
using Bundler.Rpc.Methods.DebugBundler;
using Bundler.Rpc.Methods.Discovery;
using Bundler.Rpc.Methods.Eth;
using Bundler.Rpc.Methods.Node;
using Bundler.Rpc.Methods.Pimlico;
using Bundler.Rpc.Methods.Rundler;
using Bundler.Rpc.Methods.Skandha;
using Bundler.Rpc.Methods.Sponsor;
using Microsoft.Extensions.DependencyInjection;

namespace Bundler.Rpc.JsonRpc;

/// <summary>The register of methods: every one, in order, by namespace; what the gate does not admit does not exist.</summary>
public sealed class MethodCatalog
{
    private readonly FrozenDictionary<string, RpcMethod> _byName;

    public MethodCatalog(IEnumerable<RpcMethod> methods, NamespaceGate gate)
    {
        Methods = [.. methods.Where(method => gate.Admits(method.Name))];
        _byName = Methods.ToFrozenDictionary(method => method.Name, StringComparer.Ordinal);
    }

    /// <summary>The methods that callers can call, in order.</summary>
    public IReadOnlyList<RpcMethod> Methods { get; }

    /// <summary>The list itself: a new method is one line here.</summary>
    public static IEnumerable<RpcMethod> All(IServiceProvider services) =>
    [
        services.Method<Discover>(),
        services.Method<ClientVersion>(),
        services.Method<ChainId>(),
        services.Method<SupportedEntryPoints>(),
        services.Method<SendUserOperation>(),
        services.Method<EstimateUserOperationGas>(),
        services.Method<GetUserOperationByHash>(),
        services.Method<GetUserOperationReceipt>(),
        services.Method<GetUserOperationStatus>(),
        services.Method<GetPendingUserOperation>(),
        services.Method<GetGasPrice>(),
        services.Method<ExplainPreVerificationGas>(),
        services.Method<ExplainUserOperation>(),
        services.Method<Subscribe>(),
        services.Method<Unsubscribe>(),
        services.Method<PimlicoUserOperationStatus>(),
        services.Method<PimlicoGasPrice>(),
        services.Method<PimlicoSendNow>(),
        services.Method<RundlerUserOperationStatus>(),
        services.Method<RundlerPendingOperation>(),
        services.Method<RundlerPriorityFee>(),
        services.Method<RundlerGasPrice>(),
        services.Method<RundlerDropOperation>(),
        services.Method<SkandhaGasPrice>(),
        .. services.GetService<SponsorSwitch>() is { IsOn: true } ? OfSponsoring(services) : [],
        services.Method<ClearState>(),
        services.Method<ClearMempool>(),
        services.Method<ClearReputation>(),
        services.Method<DumpMempool>(),
        services.Method<DumpReputation>(),
        services.Method<SetReputation>(),
        services.Method<AddUserOps>(),
        services.Method<SetBundlingMode>(),
        services.Method<SendBundleNow>(),
        services.Method<GetStakeStatus>(),
        services.Method<SetBundleInterval>(),
        services.Method<SetConfiguration>(),
        services.Method<Backfill>(),
    ];

    private static IEnumerable<RpcMethod> OfSponsoring(IServiceProvider services) =>
    [
        services.Method<GetPaymasterStubData>(),
        services.Method<GetPaymasterData>(),
        services.Method<SponsoredEntryPoints>(),
        services.Method<SponsorUserOperation>(),
        services.Method<ValidateSponsorshipPolicies>(),
        services.Method<IsSponsorable>(),
    ];

    public RpcMethod? Find(string name) => _byName.GetValueOrDefault(name);
}

/// <summary>Makes the methods of <see cref="MethodCatalog"/> with their dependencies.</summary>
internal static class MethodCatalogServices
{
    public static RpcMethod Method<T>(this IServiceProvider services)
        where T : RpcMethod => ActivatorUtilities.CreateInstance<T>(services);
}
