using System.Runtime.CompilerServices;
using Bundler.Engine;
using Bundler.Engine.Pool;
using Microsoft.Extensions.Logging;

namespace Bundler.Rpc.Subscriptions;

/// <summary>Carries what happens to operations from the <see cref="OperationFeed"/> to the subscribers.</summary>
internal sealed class SubscriptionLoop(OperationFeed feed, OperationSubscriptions subscriptions, ILogger<SubscriptionLoop> logger, TimeProvider clock)
    : EngineLoop<OperationEvent>(logger, clock)
{
    protected override async IAsyncEnumerable<OperationEvent> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using OperationSubscription place = feed.Subscribe();
        await foreach (OperationEvent happened in place.Events.ReadAllAsync(cancellationToken))
        {
            yield return happened;
        }
    }

    protected override Task StepAsync(OperationEvent item, CancellationToken cancellationToken)
    {
        subscriptions.Publish(item);
        return Task.CompletedTask;
    }
}
