using Bundler.Engine.Chain;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Gas;

/// <summary>
/// The least tip that nodes take: the chain's by configuration, raised by what their refusals teach. It is nowhere in the protocol, so what was
/// learnt is believed for a time and then comes down by halves.
/// </summary>
public sealed class PriceFloor(ChainProfile chain, IOptions<GasOptions> options, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly TimeSpan _held = TimeSpan.FromSeconds(options.Value.FloorMemorySeconds);
    private readonly UInt256 _highest = options.Value.MaxGasPriceWei == 0 ? UInt256.MaxValue : options.Value.MaxGasPriceWei;
    private UInt256 _learnt;
    private long _learntAt;

    /// <summary>wei per gas.</summary>
    public UInt256 Tip
    {
        get
        {
            lock (_lock)
            {
                return _learnt <= chain.MinPriorityFeeWei ? chain.MinPriorityFeeWei : chain.MinPriorityFeeWei + Halved(_learnt - chain.MinPriorityFeeWei);
            }
        }
    }

    /// <summary>A node refused a transaction. Raises the floor when that was for its price, to what the node says or else by an eighth.</summary>
    /// <param name="refusal">The node's answer.</param>
    /// <param name="tip">What was offered, wei per gas.</param>
    /// <returns>Whether it is higher now.</returns>
    public bool Learn(SendError refusal, UInt256 tip)
    {
        if (refusal.Kind is not (SendErrorKind.Underpriced or SendErrorKind.TipTooLow))
        {
            return false;
        }

        UInt256 needed = UInt256.Min(refusal.Minimum ?? tip + tip / 8 + 1, _highest);
        lock (_lock)
        {
            bool isHigher = needed > Tip;
            if (needed >= Tip)
            {
                _learnt = needed;
                _learntAt = clock.GetTimestamp();
            }

            return isHigher;
        }
    }

    private UInt256 Halved(UInt256 above)
    {
        int halves = (int)Math.Min(clock.GetElapsedTime(_learntAt) / _held, 255);
        return above >> halves;
    }
}
