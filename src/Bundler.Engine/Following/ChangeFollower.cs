using System.Runtime.CompilerServices;
using Bundler.Engine.Submission;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Following;

/// <summary>
/// Reads on in what other nodes stored, when they say that there is something and every two seconds in any case: a lost notification is repaired by reading
/// on from the last place. Only where what comes next has been deleted already is everything loaded anew.
/// </summary>
internal sealed class ChangeFollower(
    IChangeStore store, ChangeMemory memory, ISubmissionStore bundles, EngineMetrics metrics, ILogger<ChangeFollower> logger, TimeProvider clock)
    : EngineLoop<bool>(logger, clock)
{
    /// <summary>Changes in one reading.</summary>
    internal const int PageSize = 500;

    /// <summary>Changes that are kept for those who are behind.</summary>
    internal const int Kept = 100_000;

    /// <summary>Changes that are deleted at a time.</summary>
    internal const int TrimStep = 5_000;

    internal static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(2);
    internal static readonly TimeSpan TrimEvery = TimeSpan.FromSeconds(30);

    private long _trimmedAt = clock.GetTimestamp();

    /// <summary>Before anything is loaded: what comes later than this is read on.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (store.IsShared)
        {
            memory.Begin(await store.LastAsync(cancellationToken));
        }
    }

    /// <summary>After all is loaded: from here on whatever is written is decided by all that is stored.</summary>
    public async Task AttachAsync(CancellationToken cancellationToken)
    {
        if (!store.IsShared)
        {
            return;
        }

        memory.Taken((await bundles.LoadOpenAsync(cancellationToken)).SelectMany(transaction => transaction.UserOpHashes));
        store.Attach(memory);
        metrics.Watch(memory);
    }

    protected override async IAsyncEnumerable<bool> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (store.IsShared && !cancellationToken.IsCancellationRequested)
        {
            yield return true;
            await store.WaitAsync(PollEvery, cancellationToken);
        }
    }

    protected override async Task StepAsync(bool item, CancellationToken cancellationToken)
    {
        await ReadOnAsync(cancellationToken);
        if (Clock.GetElapsedTime(_trimmedAt) >= TrimEvery)
        {
            _trimmedAt = Clock.GetTimestamp();
            while (await store.TrimAsync(Kept, TrimStep, cancellationToken) == TrimStep)
            {
                await ReadOnAsync(cancellationToken);
            }
        }
    }

    private async Task ReadOnAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            IReadOnlyList<FleetChange>? changes = await store.ReadAsync(memory.Applied, PageSize, cancellationToken);
            if (changes is null)
            {
                await store.LoadAsync(cancellationToken);
                continue;
            }

            memory.Apply(changes);
            if (changes.Count < PageSize)
            {
                return;
            }
        }
    }
}
