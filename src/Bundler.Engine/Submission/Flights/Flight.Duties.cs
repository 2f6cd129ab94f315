using Bundler.Engine.Fleet;

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

    private void ThrowIfLost()
    {
        if (!ground.Duties.Holds(Fence))
        {
            throw new LeaseLostException(Fence);
        }
    }
}
