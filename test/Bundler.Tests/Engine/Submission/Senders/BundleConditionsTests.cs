using Bundler.Engine.Chain;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Erc4337;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Submission.Senders;

public sealed class BundleConditionsTests
{
    private static readonly ChainProfile Chain = new() { Name = "bsc", ChainId = 56, EntryPoints = [], BlockTimeSeconds = 0.45 };
    private static readonly ChainHead Head = new(1_000, Hash32.Zero, Hash32.Zero, 5_000, 0);

    [Test]
    public void What_the_validations_read_must_still_be_so_while_anybody_waits()
    {
        TransactionConditions conditions = Of(Reading(ValidityWindow.Always, (1, 10), (2, 20)), Reading(ValidityWindow.Always, (2, 20)));

        Assert.That(conditions.KnownAccounts.Keys, Is.EqualTo(new[] { A.Account }));
        Assert.That(conditions.KnownAccounts[A.Account], Is.EquivalentTo(new Dictionary<Hash32, Hash32> { [Hash32.From(1)] = Hash32.From(10), [Hash32.From(2)] = Hash32.From(20) }));
        Assert.That((conditions.BlockNumberMax, conditions.TimestampMax), Is.EqualTo((1_134ul, 5_060ul)));
    }

    [Test]
    public void The_first_operation_to_expire_sets_the_time() =>
        Assert.That(Of(Reading(new ValidityWindow(0, 5_030)), Reading(ValidityWindow.Always)).TimestampMax, Is.EqualTo(5_030));

    [Test]
    public void No_more_slots_than_a_node_takes()
    {
        TransactionConditions conditions = Of(Reading(ValidityWindow.Always, [.. Enumerable.Range(1, 1_200).Select(i => ((ulong)i, 1ul))]));

        Assert.That(conditions.KnownAccounts.Values.Sum(slots => slots.Count), Is.EqualTo(1_000));
    }

    private static TransactionConditions Of(params MempoolEntry[] entries) => BundleConditions.Of(SubmissionRoom.Bundle(entries), Head, Chain)!;

    private static MempoolEntry Reading(ValidityWindow window, params (ulong Slot, ulong Value)[] read)
    {
        MempoolEntry entry = A.Entry(A.UserOperation());
        return entry with
        {
            Validation = entry.Validation! with
            {
                Window = window,
                ReadValues = read.ToDictionary(pair => (A.Account, Hash32.From(pair.Slot)), pair => Hash32.From(pair.Value)),
            },
        };
    }
}
