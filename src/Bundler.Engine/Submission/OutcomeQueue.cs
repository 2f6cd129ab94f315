using System.Threading.Channels;

namespace Bundler.Engine.Submission;

/// <summary>What became of bundles, on its way from submission to the settlement; bounded, submission waits when it is full.</summary>
public sealed class OutcomeQueue
{
    private const int Capacity = 1024;

    private readonly Channel<SubmissionOutcome> _channel = Channel.CreateBounded<SubmissionOutcome>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    public ValueTask WriteAsync(SubmissionOutcome outcome, CancellationToken cancellationToken) => _channel.Writer.WriteAsync(outcome, cancellationToken);

    public IAsyncEnumerable<SubmissionOutcome> ReadAllAsync(CancellationToken cancellationToken) => _channel.Reader.ReadAllAsync(cancellationToken);
}
