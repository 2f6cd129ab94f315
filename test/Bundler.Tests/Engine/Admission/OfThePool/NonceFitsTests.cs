using Bundler.Engine.Admission;
using Bundler.Engine.Admission.OfThePool;
using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Admission.OfThePool;

public sealed class NonceFitsTests
{
    private AdmissionBench _bench = null!;

    [SetUp]
    public void SetUp() => _bench = new AdmissionBench();

    [Test]
    public void The_next_sequence_fits() => Assert.That(Check(key: 3, sequence: 5, next: 5), Is.Null);

    [Test]
    public void AA25_a_sequence_that_is_used_up_does_not_fit() =>
        Assert.That(Check(key: 3, sequence: 4, next: 5), Is.EqualTo(new Rejection.RejectedByEntryPoint("AA25 invalid account nonce")));

    [Test]
    public void AA25_its_code_is_that_of_the_EntryPoint() => Assert.That(Check(key: 3, sequence: 4, next: 5)?.Code, Is.EqualTo(-32500));

    [Test]
    public void AA25_a_gap_does_not_fit() => Assert.That(Check(key: 3, sequence: 6, next: 5)?.Code, Is.EqualTo(-32500));

    [Test]
    public async Task A_sequence_that_follows_what_is_pending_fits()
    {
        await PendAsync(3, 5, 6);

        Assert.That(Check(key: 3, sequence: 7, next: 5), Is.Null);
    }

    [Test]
    public async Task AA25_a_gap_within_what_is_pending_does_not_fit()
    {
        await PendAsync(3, 5, 7);

        Assert.That(Check(key: 3, sequence: 8, next: 5)?.Code, Is.EqualTo(-32500));
    }

    [Test]
    public async Task AA25_what_is_pending_under_another_key_does_not_count()
    {
        await PendAsync(4, 5);

        Assert.That(Check(key: 3, sequence: 6, next: 5)?.Code, Is.EqualTo(-32500));
    }

    [Test]
    public async Task A_replacement_within_the_queue_fits()
    {
        await PendAsync(3, 5, 6);

        Assert.That(Check(key: 3, sequence: 6, next: 5), Is.Null);
    }

    [TestCase(21UL, null)]
    [TestCase(22UL, -32500)]
    public async Task AA25_at_most_sixteen_sequences_wait_behind_the_next_one(ulong sequence, int? code)
    {
        await PendAsync(3, [.. Enumerable.Range(5, 17).Select(pending => (ulong)pending)]);

        Assert.That(Check(key: 3, sequence, next: 5)?.Code, Is.EqualTo(code));
    }

    private async Task PendAsync(ulong key, params ulong[] sequences)
    {
        foreach (ulong sequence in sequences)
        {
            await _bench.PendAsync(A.UserOperation() with { Nonce = A.Nonce(key, sequence) });
        }
    }

    private Rejection? Check(ulong key, ulong sequence, ulong next)
    {
        AdmissionContext context = AdmissionBench.Of(A.UserOperation() with { Nonce = A.Nonce(key, sequence) })
            with { Facts = A.Facts() with { NonceSequence = next } };
        return _bench.Ask(new NonceFits(Options.Create(new PoolOptions())), context);
    }
}
