using System.Text;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Inclusion;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PoolRecoveryTests
{
    private InclusionBench _bench = null!;

    [SetUp]
    public async Task BeginAsync() => _bench = await InclusionBench.CreateAsync();

    [TearDown]
    public async Task EndAsync() => await _bench.DisposeAsync();

    [Test]
    public async Task Restored_operations_are_not_offered_before_they_have_passed_a_validation_again()
    {
        MempoolEntry entry = await _bench.AdmitAsync(1);
        await _bench.RestartAsync(validated: false);

        int before = _bench.Pool.Candidates(0, 10).Count;
        _bench.Validate();

        Assert.That(before, Is.Zero);
        Assert.That(_bench.Pool.Candidates(0, 10).Select(candidate => candidate.Operation), Is.EqualTo(new[] { entry.Operation }));
    }

    [Test]
    public async Task COD_010_a_restart_remembers_the_code_of_the_first_validation()
    {
        Dictionary<Address, Hash32> codes = new() { [A.Paymaster] = A.HashOf(7) };
        await _bench.Pool.AddAsync(A.Entry(A.UserOperation(), A.Validation() with { CodeHashes = codes }), _ => null, default);
        await _bench.RestartAsync(validated: false);

        Assert.That(_bench.Pool.Snapshot().Select(entry => entry.State), Is.EqualTo(new[] { EntryState.Unvalidated }));
        Assert.That(_bench.Pool.Snapshot()[0].Validation?.CodeHashes, Is.EquivalentTo(codes));
    }

    [Test]
    public async Task What_is_stored_of_a_validation_and_cannot_be_read_is_no_validation()
    {
        MempoolEntry entry = await _bench.AdmitAsync(1);
        StoredOperation stored = (await _bench.PoolStore.LoadAsync(default))[0];
        await _bench.PoolStore.AddAsync(stored with { Validation = Bytes.From("{}"u8) }, [], default);
        await _bench.RestartAsync(validated: false);

        Assert.That(_bench.Pool.Snapshot().Select(each => (each.UserOpHash, each.Validation)), Is.EqualTo(new[] { (entry.UserOpHash, (Bundler.Engine.Validation.ValidationResult?)null) }));
    }

    [Test]
    public async Task Restored_operations_of_a_bundle_in_flight_are_taken_again()
    {
        MempoolEntry entry = await _bench.AdmitAsync(1);
        await _bench.RestartAsync(validated: false);

        Assert.That(_bench.Pool.Take([entry.UserOpHash]), Has.Count.EqualTo(1));
        _bench.Validate();

        Assert.That(_bench.Pool.Candidates(0, 10), Is.Empty);
    }

    [TestCase("garbage")]
    [TestCase("{}")]
    [TestCase("{\"sender\":")]
    [TestCase("[1,2]")]
    public async Task What_cannot_be_read_is_set_aside_and_the_others_come_back(string json)
    {
        MempoolEntry good = await _bench.AdmitAsync(1);
        StoredOperation damaged = new(
            A.HashOf(77), good.EntryPoint.Address, A.AddressOf(7), Bytes.From(Encoding.UTF8.GetBytes(json)), good.AdmittedAt, good.AdmittedAtBlock, 2);
        await _bench.PoolStore.AddAsync(damaged, [], default);
        await _bench.RestartAsync(validated: false);

        Assert.That(_bench.Pool.Snapshot().Select(entry => entry.UserOpHash), Is.EqualTo(new[] { good.UserOpHash }));
        Assert.That((await _bench.PoolStore.FindStatusAsync(damaged.UserOpHash, default))?.State, Is.EqualTo(OperationState.Dropped));
        Assert.That((await _bench.PoolStore.LoadAsync(default)).Select(stored => stored.UserOpHash), Does.Contain(damaged.UserOpHash));
    }

    [Test]
    public async Task The_order_of_arrival_goes_on()
    {
        await _bench.AdmitAsync(1);
        await _bench.AdmitAsync(2);
        await _bench.RestartAsync();
        MempoolEntry third = await _bench.AdmitAsync(3);

        Assert.That(third.Sequence, Is.EqualTo(3));
        Assert.That(_bench.Pool.Snapshot()[^1].UserOpHash, Is.EqualTo(third.UserOpHash));
    }
}
