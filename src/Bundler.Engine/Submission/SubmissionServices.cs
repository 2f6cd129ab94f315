using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Chain;
using Bundler.Engine.Ledger;
using Bundler.Engine.Submission.Flights;
using Bundler.Engine.Submission.Machine;
using Bundler.Engine.Submission.Signers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Submission;

/// <summary>The submission room in a host.</summary>
public static class SubmissionServices
{
    /// <summary>Needs the rooms before it, a <see cref="Signing.Guard.GuardedKeyring"/> and an <see cref="ISubmissionStore"/>. The host starts the loop.</summary>
    public static IServiceCollection AddSubmission(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SubmissionOptions>().Bind(configuration.GetSection(SubmissionOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SubmissionOptions>, SubmissionOptionsValidator>();
        services.AddOptions<SenderOptions>().Bind(configuration.GetSection(SenderOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SenderOptions>, SenderOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<SubmissionQueue>();
        services.AddSingleton<OutcomeQueue>();
        services.AddSingleton<SignerPool>();
        services.AddSingleton(provider => new SubmissionMachine(SubmissionPolicy.From(OptionsOf(provider), provider.GetRequiredService<ChainProfile>())));
        services.AddSingleton(provider => new TransactionFactory(provider.GetRequiredService<ChainProfile>().ChainId));
        services.AddSingleton(Senders);
        services.AddSingleton<IBundleSender>(provider => provider.GetRequiredService<SenderChain>());
        services.AddSingleton(provider => new RiskPurse(
            provider.GetRequiredService<ChainProfile>(), provider.GetRequiredService<ILedgerStore>(), provider.GetRequiredService<SenderChain>().DropsReverts));
        services.AddSingleton<FlightGround>();
        services.AddSingleton<BareReceipts>();
        services.AddSingleton<FlightInquiry>();
        services.AddSingleton<NonceQueue>();
        services.AddSingleton<FlightBoard>();
        services.AddSingleton<SubmissionLoop>();
        return services;
    }

    private static SubmissionOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<SubmissionOptions>>().Value;

    private static SenderChain Senders(IServiceProvider provider)
    {
        SenderOptions options = provider.GetRequiredService<IOptions<SenderOptions>>().Value;
        SenderRoute[] order = [.. options.Names.Select(name => SenderCatalog.Create(name, options, provider))];
        SenderRoute @public = Array.Find(order, route => route.Kind == SenderCatalog.Public) ?? SenderCatalog.Create(SenderCatalog.Public, options, provider);
        return new SenderChain(
            order,
            @public,
            TimeSpan.FromSeconds(options.PublicAfterSeconds),
            provider.GetRequiredService<ILogger<SenderChain>>(),
            provider.GetRequiredService<TimeProvider>());
    }
}
