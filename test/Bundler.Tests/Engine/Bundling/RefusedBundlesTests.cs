using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Blaming;
using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;
using Bundler.Tests.Engine.Bundling.Limits;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Bundling;

/// <summary>A node that refuses every bundle with a poison operation in it; the bundles are as large as they may be.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RefusedBundlesTests
{
    private static readonly TimeSpan _round = TimeSpan.FromMilliseconds(100);

    private readonly ManualTimeProvider _clock = new();
    private readonly MemoryMempoolStore _store = new();
    private readonly Mempool _pool;
    private readonly SuspectList _suspects;
    private readonly RefusedBundles _refused;
    private readonly List<int> _sizes = [];

    public RefusedBundlesTests()
    {
        _pool = new Mempool(A.EntryPoint, new PoolOptions(), _store, new OperationFeed(), _clock);
        _suspects = new SuspectList(Options.Create(new BundlingOptions()), _clock);
        ReputationLedger reputation = new(new MemoryReputationStore(), new ReputationConstants(), ReputationLists.None);
        _refused = new RefusedBundles(_suspects, new Penalties(reputation, _suspects, NullLogger<Penalties>.Instance), NullLogger.Instance);
    }

    [TestCase("oversized data: transaction size 200000, limit 131072", 5)]
    [TestCase("execution reverted", 5)]
    [TestCase("the moon is full", 5)]
    public async Task Where_nobody_is_named_halves_find_who_it_was_and_the_others_go_meanwhile(string answer, int refusals)
    {
        MempoolEntry[] crowd = Restored(LimitBench.Crowd(16));
        MempoolEntry poison = crowd[11];

        int rounds = await RunAsync(answer, poison.Equals, until: () => _pool.Count == 1);

        Assert.That(_sizes, Has.Count.LessThanOrEqualTo(refusals).And.Ordered.Descending);
        Assert.That(rounds, Is.LessThanOrEqualTo(2 * refusals), "each refused half is followed by one that goes");
        await RunAsync(answer, poison.Equals, until: () => _pool.Count == 0);
        Assert.That(_store.Statuses[poison.UserOpHash].Reason, Is.EqualTo($"its bundle is refused by the Ethereum node: {answer}"));
    }

    [TestCase("transaction type not supported")]
    [TestCase("authority already reserved")]
    public async Task The_kind_of_a_refusal_names_those_who_delegate_and_nobody_else_waits_for_a_second_one(string answer)
    {
        MempoolEntry[] crowd = LimitBench.Crowd(16);
        crowd[3] = Delegating(crowd[3]);
        Restored(crowd);

        int rounds = await RunAsync(answer, Delegates, until: () => _pool.Count == 1);

        Assert.That((rounds, _sizes.Count), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task A_type_that_the_chain_has_not_ends_soon_and_a_reserved_authority_is_waited_for_longer()
    {
        MempoolEntry[] alone = Restored([Delegating(LimitBench.Crowd(1)[0])]);
        long began = _clock.GetTimestamp();
        await RunAsync("transaction type not supported", Delegates, until: () => _pool.Count == 0);
        TimeSpan soon = _clock.GetElapsedTime(began);
        Restored(alone);
        began = _clock.GetTimestamp();

        await RunAsync("authority already reserved", Delegates, until: () => _pool.Count == 0);

        Assert.That((soon.TotalSeconds, _clock.GetElapsedTime(began).TotalSeconds), Is.EqualTo((7.0, 127.0)).Within(2.0));
    }

    [TestCase("nonce too low")]
    [TestCase("insufficient funds for gas * price + value")]
    [TestCase("transaction underpriced")]
    [TestCase("storage slot value condition not met")]
    [TestCase("txpool is full")]
    public async Task What_says_nothing_of_the_operations_parts_nobody(string answer)
    {
        MempoolEntry[] crowd = Restored(LimitBench.Crowd(4));

        await _refused.JudgeAsync(_pool, [.. crowd.Select(entry => entry.UserOpHash)], Refusal(answer), default);

        Assert.That(Draft(crowd).Entries, Has.Count.EqualTo(4));
    }

    /// <summary>Bundles until a condition holds; how many there were.</summary>
    private async Task<int> RunAsync(string answer, Func<MempoolEntry, bool> isPoison, Func<bool> until)
    {
        int rounds = 0;
        for (int i = 0; i < 10_000 && !until(); i++, _clock.Advance(_round))
        {
            BundleDraft draft = Draft(_pool.Candidates(UInt256.Zero, 100));
            if (draft.Entries.Count == 0)
            {
                continue;
            }

            rounds++;
            Hash32[] bundle = [.. draft.Entries.Select(entry => entry.UserOpHash)];
            if (draft.Entries.Any(isPoison))
            {
                _sizes.Add(bundle.Length);
                await _refused.JudgeAsync(_pool, bundle, Refusal(answer), default);
            }
            else
            {
                _suspects.Took(bundle);
                await _pool.RemoveAsync(bundle, OperationState.Included, _ => null, null, default);
            }
        }

        return rounds;
    }

    private BundleDraft Draft(IEnumerable<MempoolEntry> candidates)
    {
        BundleDraft draft = new(A.EntryPoint, new FeeQuote(0, 0, 0));
        foreach (MempoolEntry next in candidates.Where(next => _suspects.MayJoin(draft, next)))
        {
            draft.Add(next);
            if (_suspects.IsSuspect(next.UserOpHash))
            {
                break;
            }
        }

        return draft;
    }

    private MempoolEntry[] Restored(MempoolEntry[] entries)
    {
        Array.ForEach(entries, _pool.Restore);
        return entries;
    }

    private static bool Delegates(MempoolEntry entry) => entry.Operation.Eip7702Auth is not null;

    private static MempoolEntry Delegating(MempoolEntry entry) =>
        entry with { Operation = entry.Operation with { Eip7702Auth = new Authorization(1337, A.Contract, 0, 0, 1, 1) } };

    private static SendError Refusal(string message) => SendError.Classify(new JsonRpcError(-32000, message));
}
