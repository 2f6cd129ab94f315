using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling.Checks;

/// <summary>What is asked of operations that passed one by one: whether they go through together, whether the bundle pays, and whether nothing overtakes it.</summary>
public sealed class JointChecks(
    ThirdValidation third,
    BundleProfit profit,
    WaitingForFees waitingForFees,
    LastLook lastLook,
    IOptions<BundlingOptions> options,
    ILogger<JointChecks> logger)
{
    private const string UnpaidReason = "it does not pay its part of a bundle at the present price of gas";

    /// <summary>Third validation and the last look, and again without those because of whom the bundle would not pay or not go through: they wait.</summary>
    public async Task<CheckedBundle?> RunAsync(
        Mempool pool, List<MempoolEntry> entries, FeeQuote fees, ChainHead head, Address signer, CancellationToken cancellationToken)
    {
        while (entries.Count > 0 && await third.RunAsync(pool, entries, fees, head, signer, options.Value.BeneficiaryAddress ?? signer, cancellationToken) is { } passed)
        {
            IReadOnlyList<MempoolEntry> waiting = profit.Losers(passed);
            string reason = UnpaidReason;
            foreach (MempoolEntry loser in waiting)
            {
                waitingForFees.Add(loser.UserOpHash, fees.BaseFeePerGas + fees.FloorTip);
                logger.LeftOut(loser.UserOpHash, UnpaidReason);
            }

            if (waiting.Count == 0)
            {
                waiting = await lastLook.SpoiledAsync(passed, head, signer, cancellationToken);
                reason = LastLook.SpoiledReason;
            }

            if (waiting.Count == 0)
            {
                return passed;
            }

            pool.Postpone(waiting.ToDictionary(entry => entry.UserOpHash, _ => reason));

            entries = [.. passed.Entries.Where(entry => !waiting.Any(left => entry.UserOpHash == left.UserOpHash || entry.Follows(left)))];
        }

        return null;
    }
}
