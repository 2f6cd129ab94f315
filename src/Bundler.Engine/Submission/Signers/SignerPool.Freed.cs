using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Bundler.Engine.Submission.Signers;

/// <summary>Who waits for a signer is told when one comes free.</summary>
public sealed partial class SignerPool
{
    /// <summary>Says so whenever all were busy and one has come free, beginning now; a lease that was given back is no such news.</summary>
    public async IAsyncEnumerable<bool> Freed([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Channel<bool> channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
        lock (_lock)
        {
            _listeners.Add(channel);
            channel.Writer.TryWrite(true);
        }

        try
        {
            await foreach (bool freed in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return freed;
            }
        }
        finally
        {
            lock (_lock)
            {
                _listeners.Remove(channel);
            }
        }
    }

    private void Announce()
    {
        lock (_lock)
        {
            bool wasAnyFree = _anyFree;
            _anyFree = _seats.Values.Any(IsFree);
            if (_anyFree && !wasAnyFree)
            {
                _listeners.ForEach(listener => listener.Writer.TryWrite(true));
            }
        }
    }
}
