using System.Runtime.CompilerServices;
using Bundler.Engine.Fleet;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Submission;

/// <summary>Looks whether a relay has kept a bundle for too long.</summary>
internal sealed class PublicFallbackLoop(SenderChain senders, Duties duties, ILogger<PublicFallbackLoop> logger, TimeProvider clock) : EngineLoop<bool>(logger, clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    protected override async IAsyncEnumerable<bool> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!senders.Routes.Any(route => route.IsPrivate))
        {
            yield break;
        }

        using PeriodicTimer timer = new(Interval, Clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            yield return true;
        }
    }

    protected override Task StepAsync(bool item, CancellationToken cancellationToken) => 
        senders.FallBackAsync(outgoing => duties.Holds(outgoing.Fence), cancellationToken);
}
