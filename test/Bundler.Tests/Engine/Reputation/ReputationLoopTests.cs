using Bundler.Engine.Fleet;
using Bundler.Engine.Reputation;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Engine.Reputation;

public sealed class ReputationLoopTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;

    private ManualTimeProvider _clock = null!;
    private MemoryReputationStore _store = null!;
    private ReputationLedger _ledger = null!;
    private ReputationLoop _loop = null!;

    [SetUp]
    public async Task SetUp()
    {
        _clock = new ManualTimeProvider();
        _store = new MemoryReputationStore();
        _ledger = new ReputationLedger(_store, new ReputationConstants(), ReputationLists.None);
        _loop = new ReputationLoop(_ledger, Duties.Sole, NullLogger<ReputationLoop>.Instance, _clock);
        await _loop.StartAsync(default);
        await Eventually.Async(() => _clock.Waits.Count == 1, _deadline, "the loop waits for its timer");
    }

    [TearDown]
    public async Task TearDown()
    {
        await _loop.StopAsync(default);
        _loop.Dispose();
    }

    [Test]
    public async Task Changes_are_written_every_second()
    {
        _ledger.Seen(A.EntryPoint.Address, [A.Paymaster]);

        _clock.Advance(TimeSpan.FromSeconds(1));

        await Eventually.Async(() => _store.Saves.Count == 1, _deadline, "the change is written");
    }

    [Test]
    public async Task Counters_decay_after_an_hour()
    {
        _ledger.Set(A.EntryPoint.Address, [new ReputationEntry(A.Paymaster, 240, 24)]);

        _clock.Advance(TimeSpan.FromHours(1));

        await Eventually.Async(
            () => _ledger.Get(A.EntryPoint.Address, A.Paymaster) == new ReputationEntry(A.Paymaster, 230, 23), _deadline, "the counters decay once");
    }

    [Test]
    public async Task Changes_are_written_when_the_node_stops()
    {
        _ledger.Seen(A.EntryPoint.Address, [A.Paymaster]);

        await _loop.StopAsync(default);

        Assert.That(_store.Saves, Has.Count.EqualTo(1));
    }
}
