using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Bundler.Engine.Submission.Signers;

namespace Bundler.Engine.Submission;

/// <summary>Bundles and transfers on their way to submission; bounded, the builder waits when it is full.</summary>
public sealed class SubmissionQueue
{
    private const int Capacity = 64;

    private readonly Channel<LeasedWork> _channel = Channel.CreateBounded<LeasedWork>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    public bool IsEmpty => _channel.Reader.Count == 0;

    public ValueTask WriteAsync(LeasedWork work, CancellationToken cancellationToken) => _channel.Writer.WriteAsync(work, cancellationToken);

    /// <summary>Waits until there is something to read, without taking it: what is taken must not be lost on the way.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _channel.Reader.WaitToReadAsync(cancellationToken);

    public bool TryRead([NotNullWhen(true)] out LeasedWork? work) => _channel.Reader.TryRead(out work);
}
