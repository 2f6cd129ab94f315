using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;
using Bundler.Signing.Grants;

namespace Bundler.Paymaster.Options;

/// <summary>What the guard before the keys would refuse although the configuration promises it: such a node starts well, and its wallets get nothing but refusals.</summary>
public static class GuardFaults
{
    /// <summary>One sentence for each; both options are to be validated first.</summary>
    public static IEnumerable<string> Of(SponsorOptions sponsor, GrantGuardOptions guard)
    {
        if (sponsor.WindowSeconds + sponsor.SkewSeconds > guard.LongestWindowSeconds)
        {
            yield return $"Grants hold for {nameof(sponsor.WindowSeconds)} and {nameof(sponsor.SkewSeconds)} of {SponsorOptions.Section} together, "
                + $"{sponsor.WindowSeconds + sponsor.SkewSeconds} s, and {GrantGuardOptions.Section}:{nameof(guard.LongestWindowSeconds)} lets none be signed that holds longer than "
                + $"{guard.LongestWindowSeconds} s.";
        }

        UInt256 most = UInt256.ParseDecimal(guard.MaxWeiPerGrant);
        foreach ((string name, PaymasterOptions paymaster) in sponsor.Paymasters)
        {
            if (paymaster.Budgets().FirstOrDefault(limit => limit.Period == GrantPeriod.Operation)?.Wei is { } dearest && dearest > most)
            {
                yield return $"The paymaster {name} pays up to {dearest} wei for an operation ({nameof(paymaster.MaxWeiPerOperation)}), "
                    + $"and {GrantGuardOptions.Section}:{nameof(guard.MaxWeiPerGrant)} lets no grant of more than {most} wei be signed.";
            }
        }
    }
}
