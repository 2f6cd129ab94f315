using Bundler.Engine.Admission;
using Bundler.Engine.Alarms;
using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Blaming;
using Bundler.Engine.Bundling.Checks;
using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Bundling.Pace;
using Bundler.Engine.Chain;
using Bundler.Engine.Development;
using Bundler.Engine.Fleet;
using Bundler.Engine.Following;
using Bundler.Engine.Gas;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Ledger;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Retention;
using Bundler.Engine.Submission;
using Bundler.Engine.Validation;
using Bundler.Ethereum.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bundler.Engine;

/// <summary>The rooms of the node in the order in which they may call each other: the table of contents.</summary>
public static class EngineServices
{
    /// <summary>Needs an <see cref="EthClient"/>, <see cref="DebugClient"/>, <see cref="HeadSource"/>, <see cref="ChainProfile"/>, <see cref="ServedEntryPoints"/>, the signers and the stores.</summary>
    public static IServiceCollection AddEngine(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRoom<DevelopmentOptions, DevelopmentOptionsValidator>(configuration, DevelopmentOptions.Section);
        services.AddSingleton<Drain>();
        services.AddSingleton<EngineRest>();
        services.AddFleet(configuration);
        services.AddChain();
        services.AddReputation(configuration);
        services.AddValidation();
        services.AddGas(configuration);
        services.AddEstimation();
        services.AddPool(configuration);
        services.AddAdmission(configuration);
        services.AddBundling(configuration);
        services.AddSubmission(configuration);
        services.AddLedger();
        services.AddInclusion(configuration);
        services.AddRetention(configuration);
        services.AddFollowing();
        services.AddSingleton<EngineMetrics>();
        services.AddSingleton<IAlarm, LoggedAlarm>();
        services.AddHostedService<LeaseKeeper>();
        services.AddHostedService<EngineStart>();
        services.AddHostedService<MeasuringLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<LedgerTally>());
        services.AddHostedService<EndpointWatch>();
        services.AddHostedService<EngineDrain>();
        services.AddHostedService(provider => provider.GetRequiredService<ChangeFollower>());
        services.AddHostedService<HeadLoop>();
        services.AddHostedService<ReputationLoop>();
        services.AddHostedService<InclusionLoop>();
        services.AddHostedService<RevalidationLoop>();
        services.AddHostedService<EvictionLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<SubmissionLoop>());
        services.AddHostedService<PublicFallbackLoop>();
        services.AddHostedService<BundlingLoops>();
        services.AddHostedService<WaitTeller>();
        services.AddHostedService<StoreSizeLoop>();
        services.AddHostedService<RetentionLoop>();
        return services;
    }

    private static void AddFleet(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRoom<FleetOptions, FleetOptionsValidator>(configuration, FleetOptions.Section);
        services.AddSingleton<NodeIdentity>();
        services.AddSingleton<FleetMetrics>();
        services.AddSingleton(provider => provider.GetRequiredService<ILeaseStore>().IsShared ? new Duties(provider.GetRequiredService<TimeProvider>()) : Duties.Sole);
    }

    private static void AddChain(this IServiceCollection services)
    {
        services.AddSingleton<HeadFeed>();
        services.AddSingleton<SetCodeProbe>();
    }

    private static void AddFollowing(this IServiceCollection services)
    {
        services.AddSingleton<ChangeMemory>();
        services.AddSingleton<ChangeFollower>();
    }

    private static void AddLedger(this IServiceCollection services)
    {
        services.AddSingleton<LedgerBook>();
        services.AddSingleton<LedgerTally>();
    }

    private static void AddReputation(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRoom<ReputationOptions, ReputationOptionsValidator>(configuration, ReputationOptions.Section);
        services.AddSingleton(provider => new ReputationLedger(
            provider.GetRequiredService<IReputationStore>(), new ReputationConstants(), provider.GetRequiredService<IOptions<ReputationOptions>>().Value.Lists));
    }

    private static void AddGas(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRoom<GasOptions, GasOptionsValidator>(configuration, GasOptions.Section);
        services.AddOptions<GasOptions>().PostConfigure<IOptions<BundlingOptions>>(
            (gas, bundling) => gas.BeneficiaryGas = bundling.Value.BeneficiaryAddress is null ? 0 : PreVerificationGas.ColdBeneficiary);
        services.AddSingleton<PriceFloor>();
        services.AddSingleton<FeeOracle>();
        services.AddSingleton<PreVerificationGasPolicy>();
        services.AddSingleton<GasCeiling>();
    }

    private static void AddPool(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRoom<PoolOptions, PoolOptionsValidator>(configuration, PoolOptions.Section);
        services.AddSingleton<OperationFeed>();
        services.AddSingleton<Mempools>();
        services.AddSingleton<LifeLimits>();
    }

    private static void AddAdmission(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRoom<AdmissionOptions, AdmissionOptionsValidator>(configuration, AdmissionOptions.Section);
        services.AddSingleton<AdmissionRules>();
        services.AddSingleton<ChainSurvey>();
        services.AddSingleton<FirstValidation>();
        services.AddSingleton<PoolIntake>();
        services.AddSingleton<AdmissionDesk>();
        services.AddSingleton<ValidationTurns>();
        services.AddSingleton<AdmissionReview>();
        services.AddSingleton<EstimationDesk>();
        services.AddSingleton<WithdrawalDesk>();
    }

    private static void AddBundling(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRoom<BundlingOptions, BundlingOptionsValidator>(configuration, BundlingOptions.Section);
        services.AddSingleton<BundleLimits>();
        services.AddSingleton<SuspectList>();
        services.AddSingleton<Wariness>();
        services.AddSingleton<BundleEncoder>();
        services.AddSingleton<Penalties>();
        services.AddSingleton<SecondValidation>();
        services.AddSingleton<ThirdValidation>();
        services.AddSingleton<BundleProfit>();
        services.AddSingleton<WaitingForFees>();
        services.AddSingleton<WaitingForHead>();
        services.AddSingleton<LastLook>();
        services.AddSingleton<TrackRecord>();
        services.AddSingleton<RiskWatch>();
        services.AddSingleton<BundleChoice>();
        services.AddSingleton<JointChecks>();
        services.AddSingleton<BundleAssembly>();
        services.AddSingleton<BundleBuilder>();
        services.AddSingleton<BundlingDesk>();
        services.AddTransient<BundleTrigger>();
    }

    /// <summary>A room's options: bound, validated when the host starts.</summary>
    internal static void AddRoom<TOptions, TValidator>(this IServiceCollection services, IConfiguration configuration, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddOptions<TOptions>().Bind(configuration.GetSection(section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
    }
}
