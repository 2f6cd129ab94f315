using Bundler.Ethereum.Access;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// What the Ethereum node told and cannot be true: counted, told now and then, and where there are several endpoints the one that is asked first is asked
/// no more until it is probed again. Whoever found it asks again instead of believing.
/// </summary>
public sealed class Doubts(EngineMetrics metrics, ILogger<Doubts> logger, TimeProvider clock, EndpointPool? pool = null)
{
    private readonly LogSampler _sampler = new(clock);

    public void Tell(string lie)
    {
        metrics.Doubted();
        pool?.Doubt(lie);
        if (_sampler.Takes(nameof(Doubts), 0, out long leftOut))
        {
            logger.NotBelieved(lie, leftOut);
        }
    }
}
