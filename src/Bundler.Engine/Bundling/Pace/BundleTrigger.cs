using Bundler.Engine.Chain;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling.Pace;

/// <summary>
/// When the next bundle is due. While nothing is in flight, whatever arrives goes at once: the lonely operation makes the next block. While
/// bundles are in flight, the next one waits until it is worth a transaction of its own: by its age, by its size, by its value, or for the
/// next block. One caller at a time.
/// </summary>
public sealed class BundleTrigger
{
    private readonly TimeProvider _clock;
    private readonly TimeSpan _gather;
    private readonly TimeSpan _pace;
    private readonly int _operations;
    private readonly UInt256? _value;
    private long _builtAt;
    private long _arrivedAt;
    private int _arrived;
    private UInt256 _worth;
    private bool _isCalled;

    public BundleTrigger(IOptions<BundlingOptions> options, ChainProfile chain, TimeProvider clock)
    {
        _clock = clock;
        _gather = TimeSpan.FromMilliseconds(options.Value.GatherMilliseconds);
        _pace = TimeSpan.FromSeconds(options.Value.MaxWaitBlockTimes * chain.BlockTimeSeconds);
        _operations = options.Value.BuildAtOperations;
        _value = options.Value.BuildAtValueWei == 0 ? null : options.Value.BuildAtValueWei;
        _builtAt = clock.GetTimestamp();
    }

    /// <summary>An operation can go that could not before.</summary>
    /// <param name="worth">wei that it pays at most for being included.</param>
    public void Arrived(UInt256 worth)
    {
        if (_arrived++ == 0)
        {
            _arrivedAt = _clock.GetTimestamp();
        }

        _worth += worth;
    }

    /// <summary>A new block, or a signer that came free: what waits is looked at without further waiting.</summary>
    public void Called() => _isCalled = true;

    /// <summary>All that waited was looked at.</summary>
    public void Built()
    {
        _builtAt = _clock.GetTimestamp();
        _arrived = 0;
        _worth = UInt256.Zero;
        _isCalled = false;
    }

    /// <summary>How long until a bundle is due; <c>null</c> while nothing asks for one.</summary>
    /// <param name="inFlight">Bundles on their way.</param>
    public TimeSpan? DueIn(int inFlight)
    {
        if (_isCalled || _arrived >= _operations || (_arrived > 0 && _worth >= _value))
        {
            return TimeSpan.Zero;
        }

        if (_arrived == 0)
        {
            return null;
        }

        TimeSpan gather = _gather - _clock.GetElapsedTime(_arrivedAt);
        TimeSpan pace = inFlight == 0 ? TimeSpan.Zero : _pace - _clock.GetElapsedTime(_builtAt);
        TimeSpan left = gather > pace ? gather : pace;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
