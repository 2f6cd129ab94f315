using System.Threading.Channels;
using Bundler.Engine;

namespace Bundler.Storage;

/// <summary>
/// Asks of one kind that go together in one write: those that come while one is being written wait for it, and then go as one, so that what each has to read and write is read and written in as many round trips as
/// for a single one. When they fail together each is asked alone: one that the store refuses takes none of the others with it. A store
/// that is away refuses all at once: one after the other would wait for it as often as there are asks.
/// </summary>
/// <param name="database">Where.</param>
/// <param name="work">Answers each in their order, in the transaction; all or none is stored.</param>
internal sealed class SqlGathering<TAsk, TAnswer>(
    SqlDatabase database, Func<SqlSession, IReadOnlyList<TAsk>, CancellationToken, Task<IReadOnlyList<TAnswer>>> work)
{
    /// <summary>Asks in one write.</summary>
    public const int Most = 128;

    /// <summary>Asks that may wait before callers have to.</summary>
    private const int QueueLength = 1024;

    private readonly Channel<Waiting> _queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.Wait });
    private int _isWriting;

    /// <summary>The answer, when it is durable. Cancelling counts until the writing begins.</summary>
    /// <exception cref="StoreUnavailableException">Nothing of it is stored.</exception>
    public async Task<TAnswer> AskAsync(TAsk ask, CancellationToken cancellationToken)
    {
        Waiting waiting = new(ask, cancellationToken);
        await _queue.Writer.WriteAsync(waiting, cancellationToken);
        _ = WriteAllAsync();
        return await waiting.Answer.Task;
    }

    /// <summary>Writes as long as there is something, unless another caller does. It never fails: faults are for those who wait.</summary>
    private async Task WriteAllAsync()
    {
        while (_queue.Reader.TryPeek(out _) && Interlocked.Exchange(ref _isWriting, 1) == 0)
        {
            try
            {
                await AnswerAsync([], isOpen: true);
            }
            finally
            {
                // Who came meanwhile and saw that somebody writes is looked for once more.
                Volatile.Write(ref _isWriting, 0);
            }
        }
    }

    /// <param name="group">Who is answered.</param>
    /// <param name="isOpen">Whoever waits when the writing begins comes with them.</param>
    private async Task AnswerAsync(List<Waiting> group, bool isOpen)
    {
        Task<IReadOnlyList<TAnswer>> write = WriteAsync(group, isOpen);

        // Awaited by WhenAny, which never throws.
        await Task.WhenAny(write);
        if (isOpen && !write.IsCompletedSuccessfully)
        {
            // It may have failed before it began.
            Gather(group, Most);
        }

        if (write.IsCompletedSuccessfully)
        {
            IReadOnlyList<TAnswer> answers = await write;
            for (int i = 0; i < group.Count; i++)
            {
                group[i].Answer.TrySetResult(answers[i]);
            }
        }
        else if (group.Count == 1 || write.Exception?.InnerException is StoreUnavailableException { IsOfThisCallAlone: false })
        {
            group.ForEach(each => each.Answer.TrySetException(write.Exception?.InnerException ?? new TaskCanceledException(write)));
        }
        else
        {
            foreach (Waiting each in group)
            {
                await AnswerAsync([each], isOpen: false);
            }
        }
    }

    private async Task<IReadOnlyList<TAnswer>> WriteAsync(List<Waiting> group, bool isOpen)
    {
        // The transaction may run again when nothing of it could be stored; what has begun by then is not cancelled any more.
        bool hasBegun = false;
        return await database.WriteAsync(
            async (session, token) =>
            {
                if (!hasBegun)
                {
                    hasBegun = true;
                    Gather(group, isOpen ? Most : group.Count);
                    group.RemoveAll(waiting => waiting.IsCancelled());
                }

                return group.Count == 0 ? [] : await work(session, [.. group.Select(waiting => waiting.Ask)], token);
            },
            CancellationToken.None);
    }

    private void Gather(List<Waiting> group, int most)
    {
        while (group.Count < most && _queue.Reader.TryRead(out Waiting? waiting))
        {
            group.Add(waiting);
        }
    }

    private sealed class Waiting(TAsk ask, CancellationToken cancellationToken)
    {
        public TAsk Ask => ask;

        public TaskCompletionSource<TAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Its caller has gone, and hears so.</summary>
        public bool IsCancelled() => cancellationToken.IsCancellationRequested && Answer.TrySetCanceled(cancellationToken);
    }
}
