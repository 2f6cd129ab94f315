using Bundler.Engine.Fleet;
using Bundler.Paymaster.Access;
using Bundler.Paymaster.Contracts;
using Bundler.Paymaster.Deciding;
using Bundler.Paymaster.Granting;
using Bundler.Paymaster.Health;
using Bundler.Paymaster.Ledger;
using Bundler.Paymaster.Options;
using Bundler.Paymaster.Setup;
using Bundler.Signing.Grants;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bundler.Paymaster;

/// <summary>Sponsoring, in a host.</summary>
public static class PaymasterServices
{
    /// <summary>Needs the engine's rooms, an <see cref="IGrantStore"/>, the <see cref="GrantKeyring"/>, and of the keys that may ask a <see cref="Keys.KeyDesk"/>.</summary>
    public static IServiceCollection AddPaymaster(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SponsorOptions>().Bind(configuration.GetSection(SponsorOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SponsorOptions>, SponsorOptionsRanges>();
        services.AddSingleton<IValidateOptions<SponsorOptions>, SponsorOptionsPaymasters>();
        services.AddSingleton<ISponsorAccess, KeyAccess>();
        services.AddSingleton(provider => new SponsorSwitch(
            provider.GetRequiredService<IOptions<SponsorOptions>>().Value.Enabled
            && provider.GetRequiredService<IOptions<FleetOptions>>().Value.RoleSet.HasFlag(NodeRoles.Sponsor)));
        services.AddSingleton<Paymasters>();
        services.AddSingleton(provider => new OwnPaymasters(
            [.. provider.GetRequiredService<Paymasters>().All.Select(each => new OwnPaymaster(each.Address, each.Site.EntryPoint.Address))],
            (ulong)provider.GetRequiredService<IOptions<SponsorOptions>>().Value.WindowSeconds));
        services.AddSingleton<ContractTrial>();
        services.AddSingleton<PaymasterReader>();
        services.AddSingleton<PoolTrial>();
        services.AddSingleton<SelfCheck>();
        services.AddSingleton<SponsorRules>();
        services.AddSingleton<SponsorMarket>();
        services.AddSingleton<SponsorJournal>();
        services.AddSingleton<GrantDryRun>();
        services.AddSingleton<GrantCheck>();
        services.AddSingleton<GrantIssuer>();
        services.AddSingleton<GrantWithdrawal>();
        services.AddSingleton<Sponsor>();
        services.AddSingleton<ParallelGrants>();
        services.AddSingleton<ISponsorCheck, GrantSignersCheck>();
        services.AddHostedService<ContractTrialLoop>();
        return services;
    }
}
