using Bundler.Paymaster.Deposits;
using Bundler.Paymaster.Health;
using Bundler.Paymaster.Ledger;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Bundler.Paymaster;

/// <summary>The ledger of grants and the watch over deposits, in a host. They do nothing where no paymaster is <see cref="OwnPaymasters"/>.</summary>
public static class SponsorLedgerServices
{
    /// <summary>Needs the engine's rooms, <see cref="IGrantStore"/> and <see cref="IGrantUpkeep"/>.</summary>
    public static IServiceCollection AddSponsorLedger(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<GrantLedgerOptions>().Bind(configuration.GetSection(GrantLedgerOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GrantLedgerOptions>, GrantLedgerOptionsValidator>();
        services.AddOptions<DepositOptions>().Bind(configuration.GetSection(DepositOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DepositOptions>, DepositOptionsRanges>();
        services.AddSingleton<IValidateOptions<DepositOptions>, DepositOptionsAmounts>();
        services.TryAddSingleton(OwnPaymasters.None);
        services.AddSingleton<SettledTime>();
        services.AddSingleton<GrantKeeper>();
        services.AddSingleton<DepositBook>();
        services.AddSingleton<ISponsorCheck, LedgerCheck>();
        services.AddSingleton<ISponsorCheck, DepositCheck>();
        services.AddHostedService(provider => provider.GetRequiredService<GrantKeeper>());
        services.AddHostedService<DepositWatch>();
        return services;
    }
}
