using Bundler.Engine.Submission.Flights;

namespace Bundler.Engine.Submission.Machine;

/// <summary>A bundle that no block takes at the market's price leaves its nonce to others.</summary>
public sealed partial class SubmissionMachine
{
    /// <summary>
    /// Cancelled at the market's price, where a cancellation can pay that, instead of at the deadline: it would cost the same then, and until then nobody
    /// behind the nonce could be mined.
    /// </summary>
    private SubmissionStep MakeWay(SubmissionState.Pending state, TimeSpan now)
    {
        InFlight flight = state.Flight;
        return !FeeSchedule.IsBeyond(flight.Market, flight.Ceiling) ? Stay(state)
            : !flight.MayBeOut ? Abandon(flight, BundleEnd.Abandoned, null, PricedOut(flight), new SubmissionAction.Release(NonceIsUsed: false, TimeSpan.Zero))
            : Cancellation(flight, default) is { } cancellation && !FeeSchedule.IsBeyond(flight.Market, cancellation.Fees) ? GiveUp(state, PricedOut(flight), now)
            : Stay(state);
    }

    private static string PricedOut(InFlight flight) =>
        $"the coming block costs {flight.Market.BaseFeePerGas} wei per gas, its operations pay {flight.Ceiling.MaxFeePerGas}, and others wait behind it";
}
