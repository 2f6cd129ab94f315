using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission.Machine;
using Bundler.Engine.Submission.Signers;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission.Flights;

/// <summary>
/// Which bundles hold up others who pay: the market is beyond what their operations pay, while another bundle waits behind their nonce or, with every
/// signer occupied, an operation in the pool. Using up a nonce costs gas; what the purse has no room for is not wanted.
/// </summary>
internal sealed class NonceQueue(SignerPool signers, Mempools mempools, WaitingForFees waiting, RiskPurse purse)
{
    public IReadOnlyList<Flight> HoldingUp(IReadOnlyList<Flight> flights)
    {
        (Flight Flight, FeeQuote Market)[] beyond =
            [.. flights.Where(IsBeyond).Select(flight => (flight, flight.InFlight!.Market)).OrderBy(each => each.flight.Nonce)];
        if (beyond.Length == 0)
        {
            return [];
        }

        bool isCrowded = !signers.HasFree && mempools.All.Any(pool => HasPayer(pool, beyond[0].Market));
        return
        [
            .. beyond.Where(each => (isCrowded || flights.Any(other => Pays(other) && other.Signer == each.Flight.Signer && other.Nonce > each.Flight.Nonce))
                    && MayCost(each.Flight, each.Market))
                .Select(each => each.Flight),
        ];
    }

    private static bool IsBeyond(Flight flight) =>
        flight.State is SubmissionState.Pending { Flight: { CanSign: true } bundle } && FeeSchedule.IsBeyond(bundle.Market, bundle.Ceiling);

    private static bool Pays(Flight flight) =>
        flight.State is SubmissionState.Pending { Flight: { } bundle } && !FeeSchedule.IsBeyond(bundle.Market, bundle.Ceiling);

    private bool HasPayer(Mempool pool, FeeQuote market)
    {
        UInt256 least = market.BaseFeePerGas + market.FloorTip;
        return pool.Candidates(market.BaseFeePerGas, limit: 1, entry => waiting.Waits(entry.UserOpHash, least)).Any(best => best.Operation.MaxFeePerGas >= least);
    }

    private bool MayCost(Flight flight, FeeQuote market) =>
        purse.TryPut(flight.InFlight!.BundleId, TransactionFactory.TransferGas * FeeSchedule.First(market).MaxFeePerGas, flight.HasStrangers);
}
