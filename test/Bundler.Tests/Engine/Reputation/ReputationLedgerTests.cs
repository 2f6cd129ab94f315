using Bundler.Engine.Reputation;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Reputation;

public sealed class ReputationLedgerTests
{
    private static readonly Address _entryPoint = A.EntryPoint.Address;

    private MemoryReputationStore _store = null!;
    private ReputationLedger _ledger = null!;

    [SetUp]
    public void SetUp()
    {
        _store = new MemoryReputationStore();
        _ledger = With(ReputationLists.None);
    }

    [Test]
    public void Seen_counts_every_address_once()
    {
        _ledger.Seen(_entryPoint, [A.Paymaster, A.Factory]);

        Assert.That(
            new[] { Of(A.Paymaster), Of(A.Factory), Of(A.Contract) },
            Is.EqualTo(new[] { Entry(A.Paymaster, 1, 0), Entry(A.Factory, 1, 0), Entry(A.Contract, 0, 0) }));
    }

    [Test]
    public void Each_EntryPoint_has_its_own_counters()
    {
        _ledger.Seen(_entryPoint, [A.Paymaster]);

        Assert.That(_ledger.Get(A.Contract, A.Paymaster), Is.EqualTo(Entry(A.Paymaster, 0, 0)));
    }

    [TestCase(3UL, 2UL)]
    [TestCase(0UL, 0UL)]
    public void GREP_050_unseen_takes_one_back_and_never_goes_below_zero(ulong before, ulong after)
    {
        Set(A.Paymaster, before, 0);

        _ledger.Unseen(_entryPoint, [A.Paymaster]);

        Assert.That(Of(A.Paymaster).OpsSeen, Is.EqualTo(after));
    }

    [TestCase(0UL, 0UL)]
    [TestCase(1UL, 1UL)]
    public void Only_what_was_seen_before_counts_as_included(ulong seen, ulong included)
    {
        Set(A.Paymaster, seen, 0);

        _ledger.Included(_entryPoint, [A.Paymaster]);

        Assert.That(Of(A.Paymaster), Is.EqualTo(Entry(A.Paymaster, seen, included)));
    }

    [TestCase(2UL, 1UL)]
    [TestCase(0UL, 0UL)]
    public void A_block_that_left_the_chain_takes_its_inclusion_back(ulong before, ulong after)
    {
        Set(A.Paymaster, 5, before);

        _ledger.NotIncluded(_entryPoint, [A.Paymaster]);

        Assert.That(Of(A.Paymaster), Is.EqualTo(Entry(A.Paymaster, 5, after)));
    }

    [Test]
    public void GREP_040_a_ban_sets_the_penalty_and_forgets_what_was_included()
    {
        Set(A.Paymaster, 20, 20);

        _ledger.Ban(_entryPoint, A.Paymaster);

        Assert.That(Of(A.Paymaster), Is.EqualTo(Entry(A.Paymaster, 10_000, 0)));
        Assert.That(_ledger.Status(_entryPoint, A.Paymaster), Is.EqualTo(ReputationStatus.Banned));
    }

    [TestCase(0UL, 0UL)]
    [TestCase(100UL, 95UL)]
    public void EREP_070_throttling_throttles_and_no_more(ulong seen, ulong included)
    {
        Set(A.Paymaster, seen, included);

        _ledger.Throttle(_entryPoint, A.Paymaster);

        ReputationEntry throttled = Of(A.Paymaster);
        Assert.That(
            (throttled.Status(_ledger.Constants), (throttled with { OpsSeen = throttled.OpsSeen - 1 }).Status(_ledger.Constants), throttled.OpsIncluded),
            Is.EqualTo((ReputationStatus.Throttled, ReputationStatus.Ok, included)));
    }

    [Test]
    public void EREP_070_throttling_does_not_lift_a_ban()
    {
        _ledger.Ban(_entryPoint, A.Paymaster);

        _ledger.Throttle(_entryPoint, A.Paymaster);

        Assert.That(_ledger.Status(_entryPoint, A.Paymaster), Is.EqualTo(ReputationStatus.Banned));
    }

    [Test]
    public void An_address_on_the_allow_list_is_ok_whatever_its_counters_say()
    {
        _ledger = With(ReputationLists.None with { Allowed = new HashSet<Address> { A.Paymaster } });

        _ledger.Ban(_entryPoint, A.Paymaster);

        Assert.That(_ledger.Status(_entryPoint, A.Paymaster), Is.EqualTo(ReputationStatus.Ok));
    }

    [Test]
    public void An_address_on_the_deny_list_is_banned_even_if_it_is_also_allowed()
    {
        HashSet<Address> both = [A.Paymaster];

        _ledger = With(new ReputationLists(both, both));

        Assert.That(_ledger.Status(_entryPoint, A.Paymaster), Is.EqualTo(ReputationStatus.Banned));
    }

    [Test]
    public void The_dump_of_an_EntryPoint_is_in_the_order_of_addresses()
    {
        _ledger.Seen(_entryPoint, [A.Factory, A.Account, A.Paymaster]);
        _ledger.Seen(A.Contract, [A.Contract]);

        Assert.That(_ledger.Dump(_entryPoint).Select(entry => entry.Address), Is.EqualTo(new[] { A.Account, A.Paymaster, A.Factory }));
    }

    [Test]
    public void Decay_takes_a_twenty_fourth_of_every_counter()
    {
        Set(A.Paymaster, 240, 24);
        Set(A.Factory, 1, 0);

        _ledger.Decay();

        Assert.That(_ledger.Dump(_entryPoint), Is.EqualTo(new[] { Entry(A.Paymaster, 230, 23) }));
    }

    [Test]
    public async Task What_has_decayed_to_nothing_is_forgotten_in_memory_and_in_the_store()
    {
        Set(A.Factory, 1, 1);
        await _ledger.FlushAsync(default);

        _ledger.Decay();
        await _ledger.FlushAsync(default);

        Assert.That(_ledger.Dump(_entryPoint), Is.Empty);
        Assert.That(await _store.LoadAsync(default), Is.Empty);
    }

    [Test]
    public async Task A_flush_writes_only_what_changed_since_the_last_one()
    {
        _ledger.Seen(_entryPoint, [A.Paymaster, A.Factory]);
        await _ledger.FlushAsync(default);
        _ledger.Included(_entryPoint, [A.Paymaster]);

        await _ledger.FlushAsync(default);

        Assert.That(_store.Saves[^1], Is.EqualTo(new[] { new StoredReputation(_entryPoint, A.Paymaster, 1, 1) }));
    }

    [Test]
    public async Task A_flush_without_a_change_writes_nothing()
    {
        _ledger.Seen(_entryPoint, [A.Paymaster]);
        await _ledger.FlushAsync(default);
        _ledger.Included(_entryPoint, [A.Factory]);

        await _ledger.FlushAsync(default);

        Assert.That(_store.Saves, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_flush_that_failed_is_made_up_for_with_the_newest_numbers()
    {
        _ledger.Seen(_entryPoint, [A.Paymaster]);
        _store.Fault = new IOException("disk full");
        Assert.That(() => _ledger.FlushAsync(default), Throws.InstanceOf<IOException>());
        _store.Fault = null;
        _ledger.Seen(_entryPoint, [A.Paymaster]);

        await _ledger.FlushAsync(default);

        Assert.That(_store.Saves, Is.EqualTo(new[] { new[] { new StoredReputation(_entryPoint, A.Paymaster, 2, 0) } }));
    }

    [Test]
    public async Task What_was_flushed_is_there_after_a_restart()
    {
        _ledger.Ban(_entryPoint, A.Paymaster);
        await _ledger.FlushAsync(default);
        _ledger = With(ReputationLists.None);

        await _ledger.LoadAsync(default);

        Assert.That(Of(A.Paymaster), Is.EqualTo(Entry(A.Paymaster, 10_000, 0)));
    }

    [Test]
    public async Task Clearing_forgets_all_in_memory_and_in_the_store()
    {
        _ledger.Seen(_entryPoint, [A.Paymaster]);
        await _ledger.FlushAsync(default);

        await _ledger.ClearAsync(default);

        Assert.That(_ledger.Dump(_entryPoint), Is.Empty);
        Assert.That(await _store.LoadAsync(default), Is.Empty);
    }

    [Test]
    public async Task What_another_node_wrote_takes_the_place_of_what_was_written_here()
    {
        Set(A.Paymaster, 5, 1);
        await _ledger.FlushAsync(default);

        _ledger.Follow(new StoredReputation(_entryPoint, A.Paymaster, 9, 3));

        Assert.That(Of(A.Paymaster), Is.EqualTo(Entry(A.Paymaster, 9, 3)));
        await _ledger.FlushAsync(default);
        Assert.That(_store.Saves, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task What_was_counted_here_since_comes_on_top_of_what_another_node_wrote()
    {
        Set(A.Paymaster, 5, 1);
        await _ledger.FlushAsync(default);
        _ledger.Seen(_entryPoint, [A.Paymaster]);
        _ledger.Seen(_entryPoint, [A.Paymaster]);

        _ledger.Follow(new StoredReputation(_entryPoint, A.Paymaster, 9, 3));
        await _ledger.FlushAsync(default);

        Assert.That(_store.Saves[^1], Is.EqualTo(new[] { new StoredReputation(_entryPoint, A.Paymaster, 11, 3) }));
    }

    [Test]
    public async Task GREP_040_a_ban_that_is_not_written_yet_outlives_what_another_node_wrote()
    {
        Set(A.Paymaster, 50, 10);
        await _ledger.FlushAsync(default);
        _ledger.Ban(_entryPoint, A.Paymaster);

        _ledger.Follow(new StoredReputation(_entryPoint, A.Paymaster, 51, 11));

        Assert.That(_ledger.Status(_entryPoint, A.Paymaster), Is.EqualTo(ReputationStatus.Banned));
    }

    [Test]
    public async Task What_could_not_be_written_is_counted_once_whoever_wrote_meanwhile()
    {
        _ledger.Seen(_entryPoint, [A.Paymaster]);
        _store.Fault = new IOException("away");
        Assert.That(async () => await _ledger.FlushAsync(default), Throws.InstanceOf<IOException>());
        _store.Fault = null;

        _ledger.Follow(new StoredReputation(_entryPoint, A.Paymaster, 4, 0));
        await _ledger.FlushAsync(default);

        Assert.That(_store.Saves[^1], Is.EqualTo(new[] { new StoredReputation(_entryPoint, A.Paymaster, 5, 0) }));
    }

    private ReputationLedger With(ReputationLists lists) => new(_store, new ReputationConstants(), lists);

    private ReputationEntry Of(Address address) => _ledger.Get(_entryPoint, address);

    private void Set(Address address, ulong seen, ulong included) => _ledger.Set(_entryPoint, [Entry(address, seen, included)]);

    private static ReputationEntry Entry(Address address, ulong seen, ulong included) => new(address, seen, included);
}
