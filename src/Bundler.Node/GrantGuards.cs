using Bundler.Engine.Chain;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster;
using Bundler.Paymaster.Options;
using Bundler.Signing.Grants;
using Microsoft.Extensions.Options;

namespace Bundler.Node;

/// <summary>What the guards before the keys for grants allow: this chain, the configured paymasters, each with its key.</summary>
internal static class GrantGuards
{
    public static GrantGuardLimits LimitsOf(IServiceProvider services)
    {
        SponsorOptions options = services.GetRequiredService<IOptions<SponsorOptions>>().Value;
        IEnumerable<PaymasterOptions> paymasters = services.GetRequiredService<SponsorSwitch>().IsOn ? options.Paymasters.Values : [];
        return services.GetRequiredService<IOptions<GrantGuardOptions>>().Value.ToLimits(
            services.GetRequiredService<ChainProfile>().ChainId,
            paymasters.ToDictionary(each => Address.Parse(each.Address), each => Address.Parse(each.Signer)));
    }
}
