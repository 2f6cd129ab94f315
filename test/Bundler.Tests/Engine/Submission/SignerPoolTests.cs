using Bundler.Engine.Fleet;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Flights;
using Bundler.Engine.Submission.Signers;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing;
using Bundler.Signing.Guard;
using Bundler.Signing.LocalKey;
using Bundler.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Submission;

public sealed class SignerPoolTests
{
    private static readonly Address _first = DevAccounts.All[1].Address;
    private static readonly Address _second = DevAccounts.All[2].Address;
    private static readonly TimeSpan _deadline = Eventually.Patience;

    private SmallChain _chain = new();
    private ManualTimeProvider _clock = new();
    private LogLines<SignerPool> _log = new();

    [SetUp]
    public void Begin()
    {
        _chain = new SmallChain();
        _clock = new ManualTimeProvider();
        _log = new LogLines<SignerPool>();
    }

    [Test]
    public void Nobody_signs_before_the_chain_was_asked() => Assert.That(Pool().TryLease(), Is.Null);

    [Test]
    public async Task A_lease_has_the_nonce_of_the_chain()
    {
        _chain.SetNonce(_first, 9);

        SignerLease? lease = (await RefreshedAsync(Pool())).TryLease();

        Assert.That((lease!.Address, lease.Nonce), Is.EqualTo((_first, 9UL)));
    }

    [Test]
    public async Task One_signer_has_leases_with_nonces_that_follow_each_other_up_to_the_bound()
    {
        SignerPool pool = await RefreshedAsync(Pool(inFlight: 3));

        Assert.That(new[] { pool.TryLease()!.Nonce, pool.TryLease()!.Nonce, pool.TryLease()!.Nonce }, Is.EqualTo(new[] { 0UL, 1UL, 2UL }));
        Assert.That(pool.TryLease(), Is.Null);
        Assert.That(pool.InFlight, Is.EqualTo(3));
    }

    [Test]
    public async Task Of_two_places_the_bundle_that_is_built_first_has_the_first_nonce()
    {
        SignerPool pool = await RefreshedAsync(Pool(inFlight: 3));
        using SignerPlace slow = pool.TryReserve()!;
        using SignerPlace fast = pool.TryReserve()!;

        Assert.That((fast.TryLease()!.Nonce, slow.TryLease()!.Nonce), Is.EqualTo((0UL, 1UL)));
    }

    [Test]
    public async Task Places_count_for_the_bound_until_they_are_given_back()
    {
        SignerPool pool = await RefreshedAsync(Pool(inFlight: 2));
        SignerPlace place = pool.TryReserve()!;
        SignerPlace other = pool.TryReserve()!;

        Assert.That((pool.TryReserve(), pool.TryLease()), Is.EqualTo(((SignerPlace?)null, (SignerLease?)null)));
        place.Dispose();
        place.Dispose();
        Assert.That((pool.TryLease()!.Nonce, pool.TryLease()), Is.EqualTo((0UL, (SignerLease?)null)));
        Assert.That((other.TryLease()!.Nonce, other.TryLease()), Is.EqualTo((1UL, (SignerLease?)null)));
    }

    [Test]
    public async Task A_place_gives_no_lease_when_the_nonce_is_not_known_any_more()
    {
        SignerPool pool = await RefreshedAsync(Pool(inFlight: 3));
        SignerLease lease = pool.TryLease()!;
        SignerPlace place = pool.TryReserve()!;

        lease.End(nonceIsUsed: false, TimeSpan.Zero);

        Assert.That(place.TryLease(), Is.Null);
    }

    [Test]
    public async Task A_lease_that_is_given_back_leaves_its_nonce_to_the_next()
    {
        SignerPool pool = await RefreshedAsync(Pool(inFlight: 3));
        SignerLease first = pool.TryLease()!;
        SignerLease second = pool.TryLease()!;
        first.Dispose();
        first.Dispose();

        Assert.That(new[] { pool.TryLease()!.Nonce, pool.TryLease()!.Nonce }, Is.EqualTo(new[] { first.Nonce, second.Nonce + 1 }));
        Assert.That(pool.TryLease(), Is.Null);
    }

    [Test]
    public async Task No_more_are_in_flight_than_the_guard_lets_be_signed_ahead()
    {
        SignerPool pool = await RefreshedAsync(Pool(inFlight: 16, guard: Guards.Limits(1337) with { NonceWindow = 2 }));

        Assert.That(new[] { pool.TryLease(), pool.TryLease(), pool.TryLease() }, Has.Exactly(2).Not.Null);
    }

    [Test]
    public async Task A_signer_that_is_never_idle_goes_on_beyond_the_guards_window()
    {
        SignerPool pool = await RefreshedAsync(Pool(guard: Guards.Limits(1337) with { NonceWindow = 2 }));
        for (ulong nonce = 0; nonce < 6; nonce++)
        {
            SignerLease lease = pool.TryLease()!;
            await lease.Signer.SignAsync(new TransactionFactory(1337).Cancellation(_first, nonce, new TransactionFees(1, 1)), CancellationToken.None);
            lease.End(nonceIsUsed: true, TimeSpan.Zero);
        }

        Assert.That(pool.TryLease()!.Nonce, Is.EqualTo(6));
    }

    [Test]
    public async Task After_a_reorganisation_the_nonce_of_the_chain_counts_at_once_although_a_receipt_proved_a_higher_one()
    {
        SignerPool pool = await RefreshedAsync(Pool());
        pool.TryLease()!.End(nonceIsUsed: true, TimeSpan.Zero);
        pool.TryLease()!.End(nonceIsUsed: true, TimeSpan.Zero);
        _chain.SetNonce(_first, 1);

        await pool.ReorganisedAsync(CancellationToken.None);

        Assert.That(pool.TryLease()!.Nonce, Is.EqualTo(1));
    }

    [Test]
    public async Task Of_several_signers_the_one_that_has_waited_longest_is_leased()
    {
        SignerPool pool = await RefreshedAsync(Pool(keys: 2));
        SignerLease one = pool.TryLease()!;
        SignerLease other = pool.TryLease()!;
        _clock.Advance(TimeSpan.FromSeconds(1));
        other.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(1));
        one.Dispose();

        Assert.That(new[] { one.Address, other.Address }, Is.EquivalentTo(new[] { _first, _second }));
        Assert.That(pool.TryLease()!.Address, Is.EqualTo(other.Address));
    }

    [Test]
    public async Task A_used_nonce_is_not_leased_again_although_the_node_lags_behind()
    {
        SignerPool pool = await RefreshedAsync(Pool());
        pool.TryLease()!.End(nonceIsUsed: true, TimeSpan.Zero);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await RefreshedAsync(pool);

        Assert.That(pool.TryLease()!.Nonce, Is.EqualTo(1));
    }

    [Test]
    public async Task After_an_unproven_end_the_chain_is_asked_first()
    {
        SignerPool pool = await RefreshedAsync(Pool());
        pool.TryLease()!.End(nonceIsUsed: false, TimeSpan.Zero);

        Assert.That(pool.TryLease(), Is.Null);
        Assert.That((await RefreshedAsync(pool)).TryLease()!.Nonce, Is.EqualTo(0));
    }

    [Test]
    public async Task A_key_that_somebody_else_uses_too_rests_until_that_one_is_quiet()
    {
        SignerPool pool = await RefreshedAsync(Pool());
        _chain.SetNonce(_first, 5);
        _clock.Advance(TimeSpan.FromSeconds(10));
        await RefreshedAsync(pool);
        Assert.That(pool.TryLease(), Is.Null);
        Assert.That(pool.ForeignTransactionsOf(_first), Is.EqualTo(5));
        Assert.That(_log.Of(LogLevel.Error).Single(), Does.Contain($"Nonce 4 of {_first}"));

        _clock.Advance(TimeSpan.FromSeconds(14));
        _chain.SetNonce(_first, 6);
        await RefreshedAsync(pool);
        _clock.Advance(TimeSpan.FromSeconds(14));
        await RefreshedAsync(pool);
        Assert.That(pool.TryLease(), Is.Null, "the time begins again with each");

        _clock.Advance(TimeSpan.FromSeconds(17));
        await RefreshedAsync(pool);
        Assert.That(pool.TryLease()!.Nonce, Is.EqualTo(6));
        Assert.That(pool.ForeignTransactionsOf(_first), Is.Zero);
    }

    [Test]
    public async Task A_signer_that_rests_is_not_leased_until_it_has()
    {
        SignerPool pool = await RefreshedAsync(Pool());
        pool.TryLease()!.End(nonceIsUsed: true, TimeSpan.FromSeconds(5));

        Assert.That(pool.TryLease(), Is.Null);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.That(pool.TryLease(), Is.Not.Null);
    }

    [Test]
    public async Task A_signer_below_the_floor_does_not_sign_and_says_so_once()
    {
        _chain.Balances[_first] = 4_999_999_999_999_999;
        SignerPool pool = await RefreshedAsync(Pool(keys: 2));
        _clock.Advance(TimeSpan.FromMinutes(1));
        await RefreshedAsync(pool);

        Assert.That(pool.TryLease()!.Address, Is.EqualTo(_second));
        Assert.That(pool.TryLease(), Is.Null);
        Assert.That(_log.Of(LogLevel.Error).Single(), Does.Contain(_first.ToString()).And.Contains("4999999999999999"));
    }

    [Test]
    public async Task A_signer_that_is_funded_signs_again()
    {
        _chain.Balances[_first] = 0;
        SignerPool pool = await RefreshedAsync(Pool());
        _chain.Balances[_first] = 5_000_000_000_000_000;
        _clock.Advance(TimeSpan.FromMinutes(1));
        await RefreshedAsync(pool);

        Assert.That(pool.TryLease(), Is.Not.Null);
        Assert.That(pool.BalanceOf(_first), Is.EqualTo((UInt256)5_000_000_000_000_000));
        Assert.That(_log.Of(LogLevel.Information).Single(), Does.Contain("signs again"));
    }

    [Test]
    public async Task What_is_known_well_enough_is_not_asked_again_and_the_rest_in_one_round_trip()
    {
        SignerPool pool = await RefreshedAsync(Pool(keys: 3));
        await RefreshedAsync(pool);
        Assert.That(_chain.Node.BatchSizes, Is.EqualTo(new[] { 9 }));

        SignerLease lease = pool.TryLease()!;
        _clock.Advance(TimeSpan.FromSeconds(10));
        await RefreshedAsync(pool);
        Assert.That(_chain.Node.BatchSizes, Is.EqualTo(new[] { 9, 6 }), "also of the one that is leased: its balance falls");
        lease.Dispose();
    }

    [Test]
    public async Task Whoever_found_all_busy_hears_of_the_first_that_comes_free()
    {
        SignerPool pool = await RefreshedAsync(Pool(inFlight: 2));
        await using IAsyncEnumerator<bool> freed = pool.Freed(CancellationToken.None).GetAsyncEnumerator();
        await freed.MoveNextAsync();
        SignerLease[] leases = [pool.TryLease()!, pool.TryLease()!];
        Task<bool> next = freed.MoveNextAsync().AsTask();

        leases[0].End(nonceIsUsed: true, TimeSpan.Zero);

        Assert.That(await next.WaitAsync(_deadline), Is.True);
    }

    [Test]
    public async Task Nobody_hears_of_a_lease_that_was_given_back_or_of_one_more_that_ended()
    {
        SignerPool pool = await RefreshedAsync(Pool(inFlight: 2));
        IAsyncEnumerator<bool> freed = pool.Freed(CancellationToken.None).GetAsyncEnumerator();
        await freed.MoveNextAsync();
        Task<bool> next = freed.MoveNextAsync().AsTask();
        SignerLease[] leases = [pool.TryLease()!, pool.TryLease()!];
        leases[1].Dispose();
        leases[0].End(nonceIsUsed: true, TimeSpan.Zero);
        await RefreshedAsync(pool);

        Assert.That(next.IsCompleted, Is.False);
    }

    [Test]
    public async Task A_resumed_nonce_keeps_its_signer_busy_until_it_is_settled()
    {
        SignerPool pool = await RefreshedAsync(Pool());
        SignerLease one = pool.Resume(_first, 3)!;
        SignerLease two = pool.Resume(_first, 4)!;
        two.End(nonceIsUsed: true, TimeSpan.Zero);

        Assert.That(pool.TryLease(), Is.Null);
        one.End(nonceIsUsed: true, TimeSpan.Zero);
        Assert.That(pool.TryLease()!.Nonce, Is.EqualTo(5));
        Assert.That(pool.Resume(DevAccounts.All[9].Address, 1), Is.Null, "not configured");
    }

    private static async Task<SignerPool> RefreshedAsync(SignerPool pool)
    {
        await pool.RefreshAsync(CancellationToken.None);
        return pool;
    }

    private SignerPool Pool(int keys = 1, int inFlight = 1, SignerGuardLimits? guard = null) => new(
        Guards.Around(
            guard ?? Guards.Limits(1337),
            [.. Enumerable.Range(1, keys).Select(key => new LocalKeySigner(PrivateKey.Parse(DevAccounts.All[key].PrivateKey)))]),
        new EthClient(_chain.Node),
        Duties.Sole,
        Options.Create(new SubmissionOptions { MaxBundlesInFlight = inFlight }),
        _log,
        _clock);
}
