using Bundler.Engine;
using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Blaming;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Bundling;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PenaltiesTests
{
    private readonly MemoryMempoolStore _operations = new();
    private readonly MemoryReputationStore _stored = new();
    private readonly ReputationLedger _reputation;
    private readonly Penalties _penalties;
    private readonly Mempool _pool;

    public PenaltiesTests()
    {
        _reputation = new ReputationLedger(_stored, new ReputationConstants(), ReputationLists.None);
        _penalties = new Penalties(
            _reputation, new SuspectList(Options.Create(new BundlingOptions()), TimeProvider.System), NullLogger<Penalties>.Instance);
        _pool = new Mempool(A.EntryPoint, new PoolOptions(), _operations, new OperationFeed(), TimeProvider.System);
    }

    [Test]
    public async Task EREP_015_the_paymaster_of_what_was_queued_behind_a_failure_has_not_seen_it()
    {
        MempoolEntry first = await AdmitAsync(A.UserOperation());
        await AdmitAsync(A.UserOperation() with { Nonce = 1, Paymaster = A.Paymaster });

        await _penalties.DropAsync(_pool, first, [], "for a test", default);

        Assert.That(_pool.Count, Is.Zero);
        Assert.That(_reputation.Get(A.EntryPoint.Address, A.Paymaster).OpsSeen, Is.Zero);
    }

    [Test]
    public async Task The_paymaster_of_what_failed_itself_has()
    {
        MempoolEntry failed = await AdmitAsync(A.UserOperation() with { Paymaster = A.Paymaster });

        await _penalties.DropAsync(_pool, failed, [], "for a test", default);

        Assert.That(_reputation.Get(A.EntryPoint.Address, A.Paymaster).OpsSeen, Is.EqualTo(1));
    }

    [Test]
    public async Task GREP_040_a_ban_is_durable_before_its_operation_is_dropped()
    {
        MempoolEntry failed = await AdmitAsync(A.UserOperation() with { Paymaster = A.Paymaster });
        _penalties.Apply(A.EntryPoint.Address, [new Verdict(A.Paymaster, ReputationEffect.Ban, Erc7562Rule.Grep040)]);
        _operations.Fault = new StoreUnavailableException("for a test");

        Assert.That(async () => await _penalties.DropAsync(_pool, failed, [], "for a test", default), Throws.TypeOf<StoreUnavailableException>());

        ReputationLedger next = new(_stored, new ReputationConstants(), ReputationLists.None);
        await next.LoadAsync(default);
        Assert.That(next.Status(A.EntryPoint.Address, A.Paymaster), Is.EqualTo(ReputationStatus.Banned));
    }

    [Test]
    public async Task GREP_010_who_is_banned_goes_with_all_its_operations_at_once_and_nobody_else_does()
    {
        MempoolEntry[] named = [await AdmitAsync(Sponsored(11)), await AdmitAsync(Sponsored(12)), await AdmitAsync(Sponsored(13)), await AdmitAsync(Sponsored(14))];
        MempoolEntry other = await AdmitAsync(A.UserOperation() with { Sender = A.AddressOf(15), Paymaster = A.AddressOf(99) });
        _pool.Take([named[0].UserOpHash, named[1].UserOpHash, named[3].UserOpHash]);
        Verdict ban = new(A.Paymaster, ReputationEffect.Ban, Erc7562Rule.Grep040);
        _penalties.Apply(A.EntryPoint.Address, [ban]);
        await _penalties.DropAsync(_pool, named[0], [], "it spoils bundles", default);

        IReadOnlyList<MempoolEntry> gone = await _penalties.ExpelAsync(_pool, [ban], named[..2], "it spoils bundles", default);

        // The last one is on its way in another bundle.
        Assert.That(gone.Select(entry => entry.UserOpHash), Is.EqualTo(new[] { named[1].UserOpHash }));
        Assert.That(_pool.Snapshot().Select(entry => entry.UserOpHash), Is.EquivalentTo(new[] { named[3].UserOpHash, other.UserOpHash }));
        Assert.That(
            _operations.Statuses[named[2].UserOpHash].Reason, Is.EqualTo($"paymaster {A.Paymaster} is banned (GREP-010): it spoils bundles"));
        Assert.That(_reputation.Status(A.EntryPoint.Address, A.Paymaster), Is.EqualTo(ReputationStatus.Banned));

        static UserOperation Sponsored(int sender) => A.UserOperation() with { Sender = A.AddressOf(sender), Paymaster = A.Paymaster };
    }

    [Test]
    public async Task Who_is_only_throttled_keeps_its_operations()
    {
        await AdmitAsync(A.UserOperation() with { Paymaster = A.Paymaster });

        await _penalties.ExpelAsync(_pool, [new Verdict(A.Paymaster, ReputationEffect.Throttle, Erc7562Rule.Erep070)], [], "for a test", default);

        Assert.That(_pool.Count, Is.EqualTo(1));
    }

    private async Task<MempoolEntry> AdmitAsync(UserOperation operation)
    {
        MempoolEntry entry = A.Entry(operation, sequence: _pool.Count + 1);
        await _pool.AddAsync(entry, _ => null, default);
        _reputation.Seen(A.EntryPoint.Address, entry.Entities.Select(entity => entity.Address));
        return entry;
    }
}
