using Bundler.Engine.Chain;
using Bundler.Engine.Pool;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bundler.Engine.Inclusion;

/// <summary>The room that follows the chain: index, settlement, look-ups.</summary>
internal static class InclusionServices
{
    public static IServiceCollection AddInclusion(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRoom<InclusionOptions, InclusionOptionsValidator>(configuration, InclusionOptions.Section);
        services.AddSingleton<Carriers>();
        services.AddSingleton<CarrierArchive>();
        services.AddSingleton<EventReader>();
        services.AddSingleton<Doubts>();
        services.AddSingleton<InclusionWitness>();
        services.AddSingleton<RevertInquest>();
        services.AddSingleton<RevertedBundles>();
        services.AddSingleton<UnjudgedBundles>();
        services.AddSingleton<OperationNews>();
        services.AddSingleton<BlockSettlement>();
        services.AddSingleton<BundleVerdict>();
        services.AddSingleton<BundleRemains>();
        services.AddSingleton<BundleSettlement>();
        services.AddSingleton<Reorganisation>();
        services.AddSingleton<ForkSearch>();
        services.AddSingleton<BelievedBlocks>();
        services.AddSingleton<IndexWriter>();
        services.AddSingleton<IndexRetreat>();
        services.AddSingleton<HiddenEvents>();
        services.AddSingleton<ChainIndex>();
        services.AddSingleton(provider => new IndexStanding(provider.GetRequiredService<ChainIndex>(), provider.GetRequiredService<HeadFeed>()));
        services.AddSingleton<Finality>();
        services.AddSingleton<PoolRecovery>();
        services.AddSingleton<PoolChanges>();
        services.AddSingleton<PoolOpening>();
        services.AddSingleton<OutcomeSettling>();
        services.AddSingleton<InclusionSignals>();
        services.AddSingleton<Patience>();
        services.AddSingleton<Revalidation>();
        services.AddSingleton<LogRanges>();
        services.AddSingleton<HistorySearch>();
        services.AddSingleton<HistoryBackfill>();
        services.AddSingleton<NestedBundles>();
        services.AddSingleton<ForeignReceipts>();
        services.AddSingleton(provider => new OperationLookup(
            provider.GetRequiredService<Mempools>(),
            provider.GetRequiredService<IMempoolStore>(),
            provider.GetRequiredService<IOperationHistoryStore>(),
            provider.GetRequiredService<HistorySearch>(),
            provider.GetRequiredService<HistoryBackfill>(),
            provider.GetRequiredService<NestedBundles>(),
            provider.GetRequiredService<ForeignReceipts>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<WaitReasons>();
        services.AddSingleton<OperationStandings>();
        return services;
    }
}
