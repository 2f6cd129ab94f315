using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Bundler.Engine.Submission;

/// <summary>What became of bundles, on its way from submission to the settlement; bounded, submission waits when it is full.</summary>
public sealed class OutcomeQueue
{
    private const int Capacity = 1024;

    private readonly Channel<SubmissionOutcome> _channel = Channel.CreateBounded<SubmissionOutcome>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    public ValueTask WriteAsync(SubmissionOutcome outcome, CancellationToken cancellationToken) => _channel.Writer.WriteAsync(outcome, cancellationToken);

    /// <summary>Waits until there is something to read, without taking it.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _channel.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>The oldest outcome, still in the queue: what is being settled must not be lost when settling fails.</summary>
    public bool TryPeek([NotNullWhen(true)] out SubmissionOutcome? outcome) => _channel.Reader.TryPeek(out outcome);

    /// <summary>Takes the oldest outcome: it is settled.</summary>
    public void Done() => _channel.Reader.TryRead(out _);
}
