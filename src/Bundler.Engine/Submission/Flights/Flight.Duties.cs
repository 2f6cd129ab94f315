using Bundler.Engine.Fleet;
using Bundler.Engine.Submission.Machine;

namespace Bundler.Engine.Submission.Flights;

/// <summary>A flight goes on for as long as its signer's key is this node's.</summary>
internal sealed partial class Flight
{
    /// <summary>The number under which this node has its signer's key.</summary>
    public required Fence Fence { get; init; }

    /// <summary>Its signer's key is another node's, and so is the bundle: this node does nothing about it any more.</summary>
    public bool IsLost { get; private set; }

    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteHeldAsync(cancellationToken);
        }
        catch (LeaseLostException lost)
        {
            IsLost = true;
            ground.Logger.Fenced(lost.Fence.Name, lost.Fence.Number);
            ground.Duties.Refused(lost.Fence);
        }
    }

    /// <summary>Where other nodes have money at risk too, the store decides; what only uses up a nonce ends a risk.</summary>
    private BundleStake? StakeOf(SubmissionAction.SignAndStore wanted) => Fence.IsSole || wanted.IsCancellation || GasAtRisk.IsZero || !ground.Purse.IsBounded
        ? null
        : new BundleStake(GasAtRisk * wanted.Fees.MaxFeePerGas, HasStrangers, ground.Purse.Allowance);

    private void ThrowIfLost()
    {
        if (!ground.Duties.Holds(Fence))
        {
            throw new LeaseLostException(Fence);
        }
    }
}
