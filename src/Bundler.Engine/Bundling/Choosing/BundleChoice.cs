using Bundler.Engine.Bundling.Blaming;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling.Choosing;

/// <summary>Who goes into the next bundle: the best paid first, as far as the limits and suspicion let them go together. Whoever is left out has a reason.</summary>
public sealed class BundleChoice(BundleLimits limits, SuspectList suspects, IOptions<BundlingOptions> options, ILogger<BundleChoice> logger)
{
    /// <summary>Of so many for each place in a bundle those are looked for that may go together; of more, where none of them may.</summary>
    private const int CandidatesForEachPlace = 4;

    /// <summary>The best paid operations that may go together now; nothing is taken.</summary>
    public IReadOnlyList<Hash32> Choose(Mempool pool, FeeQuote fees)
    {
        IReadOnlyList<MempoolEntry> inFlight = pool.InFlight();
        for (int limit = options.Value.MaxOperations * CandidatesForEachPlace; ; limit *= CandidatesForEachPlace)
        {
            IReadOnlyList<MempoolEntry> candidates = pool.Candidates(fees.BaseFeePerGas, limit, entry => limits.Waits(entry, fees));
            IReadOnlyList<Hash32> chosen = Choose(pool, new BundleDraft(pool.EntryPoint, fees, inFlight), candidates);
            if (chosen.Count > 0 || candidates.Count < limit)
            {
                return chosen;
            }
        }
    }

    private IReadOnlyList<Hash32> Choose(Mempool pool, BundleDraft draft, IReadOnlyList<MempoolEntry> candidates)
    {
        foreach (MempoolEntry suspect in suspects.Overdue(pool.EntryPoint.Address, candidates))
        {
            if (!candidates.Any(suspect.Follows) && limits.Check(draft, suspect) is null)
            {
                suspects.TookTurn(pool.EntryPoint.Address);
                return [suspect.UserOpHash];
            }
        }

        // Whoever goes alone never keeps those waiting who may go together.
        Fill(pool, draft, candidates.Where(entry => !IsBehindSuspect(entry, candidates)));
        if (draft.Entries.Count == 0)
        {
            Fill(pool, draft, candidates);
        }

        return [.. draft.Entries.Select(entry => entry.UserOpHash)];
    }

    private bool IsBehindSuspect(MempoolEntry entry, IReadOnlyList<MempoolEntry> candidates) =>
        suspects.IsSuspect(entry.UserOpHash) || (suspects.Any && candidates.Any(other => entry.Follows(other) && suspects.IsSuspect(other.UserOpHash)));

    /// <summary>
    /// The limits once more with what second validation has shown: the deposit of a paymaster that other bundles have spent meanwhile, storage that an
    /// operation has come to share. Whoever is too much waits; taken along it would fail, and an honest entity would pay for it.
    /// </summary>
    public List<MempoolEntry> StillFitting(Mempool pool, BundleDraft draft, IReadOnlyList<MempoolEntry> validated)
    {
        Fill(pool, draft, validated);
        return [.. draft.Entries];
    }

    private void Fill(Mempool pool, BundleDraft draft, IEnumerable<MempoolEntry> candidates)
    {
        HashSet<(Address, UInt256)> blocked = [];
        Dictionary<Hash32, string> leftOut = [];
        foreach (MempoolEntry next in candidates)
        {
            (Address, UInt256) queue = (next.Operation.Sender, next.Nonce.Key);
            string? reason = blocked.Contains(queue) ? "an operation before it in its nonce order waits"
                : !suspects.MayJoin(draft, next) ? suspects.WhyApart(next.UserOpHash)
                : limits.Check(draft, next);
            if (reason is not null)
            {
                // Whatever follows it in its nonce order cannot go before it.
                blocked.Add(queue);
                leftOut[next.UserOpHash] = reason;
                logger.LeftOut(next.UserOpHash, reason);
                continue;
            }

            draft.Add(next);
            if (suspects.IsSuspect(next.UserOpHash))
            {
                break;
            }
        }

        pool.Postpone(leftOut);
    }
}
