using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Admission.OfThePool;

/// <summary>The sequence is the next one of its key, or follows without a gap what is pending.</summary>
internal sealed class NonceFits(IOptions<PoolOptions> options) : IAdmissionRule
{
    private readonly int _maxQueued = options.Value.MaxQueuedNonces;

    public Rejection? Check(AdmissionContext context)
    {
        UserOperationNonce nonce = context.Nonce;
        ulong next = context.Facts.NonceSequence;
        if (nonce.Sequence == next)
        {
            return null;
        }

        if (nonce.Sequence < next || nonce.Sequence - next > (ulong)_maxQueued)
        {
            return Invalid;
        }

        HashSet<ulong> pending = [.. context.Pool.Queue(context.Operation.Sender, nonce.Key).Select(entry => entry.Nonce.Sequence)];
        for (ulong sequence = next; sequence < nonce.Sequence; sequence++)
        {
            if (!pending.Contains(sequence))
            {
                return Invalid;
            }
        }

        return null;
    }

    private static Rejection.RejectedByEntryPoint Invalid { get; } = new("AA25 invalid account nonce");
}
