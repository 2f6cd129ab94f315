using Bundler.Engine.Fleet;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Keys;
using Bundler.Paymaster.Ledger;
using Bundler.Storage;
using Bundler.Storage.Grants;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage.Grants;

/// <summary>RESERVED → SIGNED → SEEN → INCLUDED → FINAL, and the other ends.</summary>
[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class GrantLifeTests<TDatabase> : GrantContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly GrantRequest _request = Asked.Request(1);

    [Test]
    public async Task A_block_charges_what_the_operation_did_cost_and_frees_the_rest()
    {
        Grant grant = await SignAsync(_request, 1);
        await IncludeAsync(1, (_request, 1, 37));

        Assert.That(await Grants.FindAsync(grant.Id, default), Is.EqualTo(grant with { State = GrantState.Included, ActualGasCost = 37 }));
        Assert.That(await SpentAsync(), Is.EqualTo((UInt256)37));
        Assert.That(await SpentAsync(GrantPeriod.Hour), Is.EqualTo((UInt256)37));
        Assert.That(await LiabilityAsync(), Is.EqualTo((0UL, 0UL, 0UL)));
    }

    [Test]
    public async Task Writing_a_block_again_charges_nothing_more()
    {
        await SignAsync(_request, 1);
        await IncludeAsync(1, (_request, 1, 37));
        await IncludeAsync(1, (_request, 1, 37));

        Assert.That(await SpentAsync(), Is.EqualTo((UInt256)37));
    }

    [Test]
    public async Task Row_27_a_reorganisation_gives_back_and_another_block_charges_what_it_says()
    {
        Grant grant = await SignAsync(_request, 1);
        await IncludeAsync(1, (_request, 1, 37));
        await RemoveAsync(1);
        (GrantState State, UInt256 Spent, (ulong, ulong, ulong) Liability) undone = (await StateAsync(grant), await SpentAsync(), await LiabilityAsync());
        await IncludeAsync(1, 1, (_request, 1, 41));

        Assert.That(undone, Is.EqualTo((GrantState.Reorged, (UInt256)100, (0UL, 100UL, 0UL))));
        Assert.That((await StateAsync(grant), await SpentAsync()), Is.EqualTo((GrantState.Included, (UInt256)41)));
    }

    [Test]
    public async Task Row_27_what_a_reorganisation_gave_back_expires_like_any_other()
    {
        Grant grant = await SignAsync(_request, 1);
        await IncludeAsync(1, (_request, 1, 37));
        await RemoveAsync(1);
        await Grants.ExpireAsync(_request.ValidUntil + 1, 10, default);

        Assert.That((await StateAsync(grant), await SpentAsync()), Is.EqualTo((GrantState.Expired, UInt256.Zero)));
    }

    [Test]
    public async Task A_final_block_makes_its_grants_final_and_no_others()
    {
        Grant first = await SignAsync(_request, 1);
        Grant second = await SignAsync(Asked.Request(2), 2);
        await IncludeAsync(1, (_request, 1, 37));
        await IncludeAsync(2, (Asked.Request(2), 2, 38));
        await History.FinalizeAsync(0, 1, 100, Asked.Noon, Fence.Sole, default);

        Assert.That((await StateAsync(first), await StateAsync(second)), Is.EqualTo((GrantState.Final, GrantState.Included)));
        Assert.That(await SpentAsync(), Is.EqualTo((UInt256)75));
    }

    [Test]
    public async Task A_grant_expires_after_its_last_second_and_not_in_it()
    {
        Grant grant = await SignAsync(_request, 1);
        int inIt = await Grants.ExpireAsync(_request.ValidUntil, 10, default);
        int after = await Grants.ExpireAsync(_request.ValidUntil + 1, 10, default);

        Assert.That((inIt, after, await StateAsync(grant)), Is.EqualTo((0, 1, GrantState.Expired)));
        Assert.That((await SpentAsync(), await LiabilityAsync()), Is.EqualTo((UInt256.Zero, (0UL, 0UL, 0UL))));
    }

    [Test]
    public async Task An_expired_grant_that_the_chain_has_after_all_is_charged()
    {
        Grant grant = await SignAsync(_request, 1);
        await Grants.ExpireAsync(_request.ValidUntil + 1, 10, default);
        await IncludeAsync(1, (_request, 1, 37));

        Assert.That((await StateAsync(grant), await SpentAsync(), await LiabilityAsync()), Is.EqualTo((GrantState.Included, (UInt256)37, (0UL, 0UL, 0UL))));
    }

    [Test]
    public async Task A_step_of_expiry_is_bounded()
    {
        for (int number = 1; number <= 5; number++)
        {
            await SignAsync(Asked.Request(number), number);
        }

        Assert.That(await Grants.ExpireAsync(_request.ValidUntil + 1, 3, default), Is.EqualTo(3));
        Assert.That(await Grants.ExpireAsync(_request.ValidUntil + 1, 3, default), Is.EqualTo(2));
    }

    [Test]
    public async Task What_is_denied_gives_all_back_and_may_be_asked_again()
    {
        Grant grant = ((Reservation.Reserved)await Grants.ReserveAsync(_request, Asked.Anything(), default)).Grant;
        await Grants.ReleaseAsync(grant.Id, "the signer is down", default);
        UInt256 spent = await SpentAsync();
        Reservation again = await Grants.ReserveAsync(_request, Asked.Anything(), default);

        Assert.That((await StateAsync(grant), spent, again.GetType()), Is.EqualTo((GrantState.Denied, UInt256.Zero, typeof(Reservation.Reserved))));
    }

    [Test]
    public async Task What_is_signed_is_not_given_back_before_it_expires()
    {
        Grant grant = await SignAsync(_request, 1);
        await Grants.ReleaseAsync(grant.Id, "too late", default);

        Assert.That((await StateAsync(grant), await SpentAsync()), Is.EqualTo((GrantState.Signed, (UInt256)100)));
    }

    [Test]
    public async Task Of_two_signatures_the_one_that_was_stored_first_is_told()
    {
        Grant first = await SignAsync(_request, 1);

        Assert.That(await Grants.SignedAsync(first.Id, Asked.Signature(2), default), Is.EqualTo(first));
    }

    [Test]
    public async Task Row_31_what_is_revoked_counts_until_it_expires_and_is_told_when_it_is_asked_again()
    {
        Grant grant = await SignAsync(_request, 1);
        await Grants.RevokeAsync(grant.Id, "an incident", default);
        Reservation again = await Grants.ReserveAsync(_request, Asked.Anything(), default);

        Assert.That(again, Is.EqualTo(new Reservation.Same(grant with { State = GrantState.Revoked })));
        Assert.That((await SpentAsync(), await LiabilityAsync()), Is.EqualTo(((UInt256)100, (0UL, 100UL, 0UL))));
        await Grants.ExpireAsync(_request.ValidUntil + 1, 10, default);
        Assert.That(await SpentAsync(), Is.EqualTo(UInt256.Zero));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Row_27_a_reorganisation_does_not_undo_a_revocation(bool beforeTheBlock)
    {
        Grant grant = await SignAsync(_request, 1);
        if (beforeTheBlock)
        {
            await Grants.RevokeAsync(grant.Id, "an incident", default);
        }

        await IncludeAsync(1, (_request, 1, 37));
        if (!beforeTheBlock)
        {
            await Grants.RevokeAsync(grant.Id, "an incident", default);
        }

        GrantState paid = await StateAsync(grant);
        await RemoveAsync(1);
        Reservation again = await Grants.ReserveAsync(_request, Asked.Anything(), default);

        Assert.That((paid, again), Is.EqualTo((GrantState.Included, (Reservation)new Reservation.Same(grant with { State = GrantState.Revoked }))));
        Assert.That((await SpentAsync(), await LiabilityAsync()), Is.EqualTo(((UInt256)100, (0UL, 100UL, 0UL))), "it may still be spent");
    }

    [Test]
    public async Task Row_18_liability_follows_the_pool()
    {
        SqlMempoolStore pool = new(Database);
        await Grants.ReserveAsync(Asked.Request(2), Asked.Anything(), default);
        await SignAsync(_request, 1);
        (ulong, ulong, ulong) signed = await LiabilityAsync();
        await pool.AddAsync(Stored.Operation(1) with { UserOpHash = Asked.OperationHash(1) }, [], default);
        int seen = await Grants.FollowPoolAsync(10, default);
        (ulong, ulong, ulong) inPool = await LiabilityAsync();
        await pool.RemoveAsync([Stored.Status(1, OperationState.Dropped) with { UserOpHash = Asked.OperationHash(1) }], default);
        int dropped = await Grants.FollowPoolAsync(10, default);

        Assert.That((seen, dropped), Is.EqualTo((1, 1)));
        Assert.That((signed, inPool, await LiabilityAsync()), Is.EqualTo(((100UL, 100UL, 0UL), (100UL, 0UL, 100UL), (100UL, 100UL, 0UL))));
        Assert.That(await Grants.FollowPoolAsync(10, default), Is.Zero, "nothing has changed since");
    }

    // Of another signer of ours, or of a ledger that was lost: whoever signed it, the deposit pays.
    [Test]
    public async Task Row_18_the_deposit_bears_what_the_pool_holds_without_a_grant()
    {
        SqlMempoolStore pool = new(Database);
        await pool.AddAsync(Paid(1, Asked.Paymaster, 60), [], default);
        await pool.AddAsync(Paid(2, Asked.EntryPoint, 1_000), [], default);
        GrantLimits limits = new([], 150);

        Assert.That(await Grants.ReserveAsync(Asked.Request(3, 91), limits, default), Is.EqualTo(new Reservation.Uncovered(150, 60)));
        Assert.That((await Grants.LiabilityAsync(Asked.Paymaster, default)).Owed, Is.EqualTo((UInt256)60));
        Assert.That(await Grants.ReserveAsync(Asked.Request(4, 90), limits, default), Is.TypeOf<Reservation.Reserved>());
        await pool.RemoveAsync([Stored.Status(1, OperationState.Dropped) with { UserOpHash = Asked.OperationHash(1) }], default);
        Assert.That(await Grants.ReserveAsync(Asked.Request(5, 60), limits, default), Is.TypeOf<Reservation.Reserved>());
    }

    [Test]
    public async Task Row_18_what_the_pool_holds_with_a_grant_is_not_borne_twice()
    {
        await SignAsync(_request, 1);
        await new SqlMempoolStore(Database).AddAsync(Paid(1, Asked.Paymaster, 100), [], default);

        Assert.That(await Grants.ReserveAsync(Asked.Request(2, 50), new GrantLimits([], 150), default), Is.TypeOf<Reservation.Reserved>());
    }

    // The deposit was read, then a block has charged a grant, which lives no more: the deposit that was read does not know of it.
    [TestCase(true, ExpectedResult = typeof(Reservation.Uncovered))]
    [TestCase(false, ExpectedResult = typeof(Reservation.Reserved))]
    public async Task<Type> Row_18_what_was_charged_after_the_deposit_was_read_is_taken_off_it(bool after)
    {
        await SignAsync(_request, 1);
        await IncludeAsync(7, (_request, 1, 40), (Asked.Request(2), 2, 20));

        return (await Grants.ReserveAsync(Asked.Request(3, 91), new GrantLimits([], 150, AsOf: after ? 6UL : 7UL), default)).GetType();
    }

    [Test]
    public async Task Row_20_an_event_without_a_grant_is_told_once()
    {
        await IncludeAsync(1, (_request, 1, 37));

        IReadOnlyList<StrayGrant> told = await Grants.TakeStraysAsync(10, default);

        Assert.That(told, Is.EqualTo(new[]
        {
            new StrayGrant(Asked.OperationHash(1), Asked.Paymaster, Asked.EntryPoint, _request.Sender, _request.Nonce, 37, Stored.Transaction(1), 1),
        }));
        Assert.That(await Grants.TakeStraysAsync(10, default), Is.Empty);
    }

    [Test]
    public async Task Row_20_another_operation_under_the_nonce_of_a_grant_is_no_less_strange()
    {
        Grant grant = await SignAsync(_request, 1);
        await IncludeAsync(1, (_request, 2, 37));

        Assert.That((await Grants.TakeStraysAsync(10, default)).Count, Is.EqualTo(1));
        Assert.That(await StateAsync(grant), Is.EqualTo(GrantState.Included), "the nonce is used");
        Assert.That((await SpentAsync(), await LiabilityAsync()), Is.EqualTo(((UInt256)37, (0UL, 0UL, 0UL))));
    }

    [Test]
    public async Task What_another_operation_under_the_nonce_did_cost_stays_in_every_limit()
    {
        ApiKey key = new ApiKeyWish { Name = "a wallet" }.Make(Asked.Noon).Key;
        await new SqlApiKeyStore(Database).AddAsync(key, default);
        GrantRequest request = Asked.Request(1, key: key.Id);
        await SignAsync(request, 1);
        await IncludeAsync(1, (request, 2, 37));
        await Grants.ExpireAsync(request.ValidUntil + 1, 10, default);

        Assert.That(await SpentAsync(scope: GrantScope.Key, key: key.Id), Is.EqualTo((UInt256)37));
        Assert.That(await SpentAsync(scope: GrantScope.Sender, sender: request.Sender), Is.EqualTo((UInt256)37));
        Assert.That(await SpentAsync(), Is.EqualTo((UInt256)37));
    }

    [Test]
    public async Task Of_many_grants_of_a_nonce_the_dearest_pays_for_another_operation()
    {
        Grant cheap = await SignAsync(_request, 1);
        Grant dear = await SignAsync(_request with { CoreHash = Stored.Hash(50), Worst = 120 }, 2);
        Grant middling = await SignAsync(_request with { CoreHash = Stored.Hash(51), Worst = 110 }, 3);
        await IncludeAsync(1, (_request, 9, 119));

        Assert.That(
            (await StateAsync(cheap), await StateAsync(dear), await StateAsync(middling)), Is.EqualTo((GrantState.Signed, GrantState.Included, GrantState.Signed)));
        Assert.That(await SpentAsync(), Is.EqualTo((UInt256)119));
    }

    [Test]
    public async Task A_nonce_of_another_paymasters_grants_pays_for_nothing_of_ours()
    {
        Address other = Asked.EntryPoint;
        await Grants.OpenAsync(new LedgerOpening([Asked.Paymaster, other], Asked.Noon, Asked.Window, IsDevelopment: true), default);
        Grant grant = await SignAsync(_request, 1);
        await IncludeAsync(1, (_request with { Paymaster = other }, 2, 37));

        Assert.That((await StateAsync(grant), (await Grants.TakeStraysAsync(10, default)).Count), Is.EqualTo((GrantState.Signed, 1)));
    }

    [Test]
    public async Task Writing_a_block_again_with_another_operation_under_the_nonce_changes_nothing()
    {
        Grant grant = await SignAsync(_request, 1);
        Grant cheaper = await SignAsync(_request with { CoreHash = Stored.Hash(50), Worst = 90 }, 3);
        await IncludeAsync(1, (_request, 2, 37));
        await Grants.TakeStraysAsync(10, default);
        await IncludeAsync(1, (_request, 2, 37));

        Assert.That((await StateAsync(grant), await StateAsync(cheaper), await SpentAsync()), Is.EqualTo((GrantState.Included, GrantState.Signed, (UInt256)37)));
        Assert.That(await Grants.TakeStraysAsync(10, default), Is.Empty);
    }

    [Test]
    public async Task Row_27_a_reorganisation_gives_back_what_another_operation_has_used_and_tells_it_again()
    {
        Grant grant = await SignAsync(_request, 1);
        await IncludeAsync(1, (_request, 2, 37));
        await RemoveAsync(1);
        (GrantState State, UInt256 Spent, (ulong, ulong, ulong) Liability) undone = (await StateAsync(grant), await SpentAsync(), await LiabilityAsync());
        Reservation again = await Grants.ReserveAsync(_request, Asked.Anything(), default);
        await IncludeAsync(1, 1, (_request, 2, 41));

        Assert.That(undone, Is.EqualTo((GrantState.Reorged, (UInt256)100, (0UL, 100UL, 0UL))));
        Assert.That(again, Is.EqualTo(new Reservation.Same(grant with { State = GrantState.Reorged })), "what was signed is what is told");
        Assert.That((await StateAsync(grant), await SpentAsync()), Is.EqualTo((GrantState.Included, (UInt256)41)));
        Assert.That((await Grants.TakeStraysAsync(10, default)).Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Row_27_after_a_reorganisation_the_operation_that_was_granted_is_not_strange()
    {
        Grant grant = await SignAsync(_request, 1);
        await IncludeAsync(1, (_request, 2, 37));
        await RemoveAsync(1);
        await IncludeAsync(1, 1, (_request, 1, 41));

        Assert.That(await Grants.FindAsync(grant.Id, default), Is.EqualTo(grant with { State = GrantState.Included, ActualGasCost = 41 }));
        Assert.That(await Grants.TakeStraysAsync(10, default), Is.Empty);
    }

    [Test]
    public async Task An_event_of_a_paymaster_that_is_not_ours_is_nobodys_business()
    {
        await IncludeAsync(1, (_request with { Paymaster = Asked.EntryPoint }, 1, 37));

        Assert.That(await Grants.TakeStraysAsync(10, default), Is.Empty);
    }

    [Test]
    public async Task A_grant_whose_signature_was_never_stored_is_found_by_its_nonce()
    {
        Grant grant = ((Reservation.Reserved)await Grants.ReserveAsync(_request, Asked.Anything(), default)).Grant;
        await IncludeAsync(1, (_request, 1, 37));

        Assert.That((await StateAsync(grant), await SpentAsync()), Is.EqualTo((GrantState.Included, (UInt256)37)));
        Assert.That(await Grants.TakeStraysAsync(10, default), Is.Empty);
    }

    [Test]
    public async Task Writing_a_block_again_finds_a_grant_whose_signature_was_never_stored()
    {
        Grant grant = ((Reservation.Reserved)await Grants.ReserveAsync(_request, Asked.Anything(), default)).Grant;
        await IncludeAsync(1, (_request, 1, 37));
        await IncludeAsync(1, (_request, 1, 37));

        Assert.That((await StateAsync(grant), await SpentAsync()), Is.EqualTo((GrantState.Included, (UInt256)37)));
        Assert.That(await Grants.TakeStraysAsync(10, default), Is.Empty);
    }

    [Test]
    public async Task Ended_grants_are_forgotten_and_what_they_did_cost_is_not()
    {
        Grant grant = await SignAsync(_request, 1);
        await SignAsync(Asked.Request(2), 2);
        await IncludeAsync(1, (_request, 1, 37));
        await History.FinalizeAsync(0, 1, 100, Asked.Noon, Fence.Sole, default);

        Assert.That(await Grants.TrimAsync(Asked.Noon, 10, default), Is.Zero);
        Assert.That(await Grants.TrimAsync(Asked.Noon.AddTicks(1), 10, default), Is.EqualTo(1 + 2), "and two senders");
        Assert.That((await Grants.FindAsync(grant.Id, default), await SpentAsync()), Is.EqualTo(((Grant?)null, (UInt256)137)));
    }

    [Test]
    public async Task A_sender_that_asked_for_nothing_since_is_forgotten_and_its_paymaster_is_not()
    {
        await Grants.ReserveAsync(_request, Asked.Anything(), default);
        int since = await Grants.TrimAsync(Asked.Noon, 10, default);
        int before = await Grants.TrimAsync(Asked.Noon.AddTicks(1), 10, default);

        Assert.That((since, before), Is.EqualTo((0, 1)));
        Assert.That((await SpentAsync(scope: GrantScope.Sender, sender: _request.Sender), await SpentAsync()), Is.EqualTo((UInt256.Zero, (UInt256)100)));
    }

    [Test]
    public async Task Row_32_a_ledger_that_nobody_told_of_itself_reserves_nothing_until_the_longest_window_is_over()
    {
        DateTimeOffset later = Asked.Noon.AddHours(1);
        LedgerStanding standing = await Grants.OpenAsync(new LedgerOpening([Asked.Paymaster], later, Asked.Window, IsDevelopment: false), default);
        ulong until = (ulong)later.ToUnixTimeSeconds() + Asked.Window + 60;
        for (DateTimeOffset beat = later; beat.ToUnixTimeSeconds() < (long)until; beat += LedgerTrust.Fresh)
        {
            await BeatAsync(beat, isDevelopment: false);
        }

        Reservation before = await Grants.ReserveAsync(Asked.Request(1, at: DateTimeOffset.FromUnixTimeSeconds((long)until - 1)), Asked.Anything(), default);
        Reservation after = await Grants.ReserveAsync(Asked.Request(1, at: DateTimeOffset.FromUnixTimeSeconds((long)until)), Asked.Anything(), default);

        Assert.That((standing.DistrustedUntil, before), Is.EqualTo((until, new Reservation.Distrusted(until))));
        Assert.That(after, Is.TypeOf<Reservation.Reserved>());
    }

    [Test]
    public async Task Row_32_the_longest_window_is_the_longest_that_was_ever_granted()
    {
        const ulong Longer = 5_000;
        await Grants.ReserveAsync(_request with { ValidUntil = (ulong)Asked.Noon.ToUnixTimeSeconds() + Longer }, Asked.Anything(), default);
        await Grants.ReserveAsync(Asked.Request(2), Asked.Anything(), default);
        DateTimeOffset later = Asked.Noon.AddHours(1);

        LedgerStanding standing = await Grants.OpenAsync(new LedgerOpening([Asked.Paymaster], later, Asked.Window, IsDevelopment: false), default);

        Assert.That(standing.DistrustedUntil, Is.EqualTo((ulong)later.ToUnixTimeSeconds() + Longer + 60));
    }

    [Test]
    public async Task A_paymaster_that_was_never_opened_is_one_of_ours_from_its_first_grant_on()
    {
        GrantRequest request = _request with { Paymaster = Asked.EntryPoint };
        await Grants.ReserveAsync(request, Asked.Anything(), default);
        UInt256 reserved = (await Grants.LiabilityAsync(request.Paymaster, default)).Reserved;
        await IncludeAsync(1, (request, 1, 37));

        Assert.That((reserved, (await Grants.LiabilityAsync(request.Paymaster, default)).Total), Is.EqualTo(((UInt256)100, UInt256.Zero)));
    }

    [Test]
    public async Task Row_32_a_ledger_that_was_told_of_a_moment_ago_or_that_the_operator_knows_is_trusted()
    {
        DateTimeOffset later = Asked.Noon.AddHours(1);
        LedgerOpening opening = new([Asked.Paymaster], later, Asked.Window, IsDevelopment: false);
        await BeatAsync(later.AddSeconds(-100), isDevelopment: true);
        LedgerStanding fresh = await Grants.OpenAsync(opening, default);
        LedgerStanding stale = await Grants.OpenAsync(opening with { Now = later.AddHours(1) }, default);
        await Grants.TrustAsync(default);
        LedgerStanding trusted = await Grants.OpenAsync(opening with { Now = later.AddHours(1) }, default);

        Assert.That((fresh.DistrustedUntil, stale.DistrustedUntil > 0, trusted.DistrustedUntil), Is.EqualTo((0UL, true, 0UL)));
    }

    // Sums that stood still for long move on in steps; what is left in them refuses and never grants.
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(50)]
    public async Task Windows_move_in_bounded_steps(int step)
    {
        for (int number = 0; number < 10; number++)
        {
            await Grants.ReserveAsync(Asked.Request(number, at: Asked.Noon.AddSeconds(number)), Asked.Anything(), default);
        }

        GrantScopeName name = GrantScopeName.OfPaymaster(Asked.Paymaster);
        DateTimeOffset to = Asked.Noon.AddHours(1).AddSeconds(5);
        List<(DateTimeOffset At, UInt256 InHour)> steps = [];
        await Database.ReadAsync(
            async (session, token) =>
            {
                GrantSums sums = await GrantSumTables.OfPaymasterAsync(session, Asked.Paymaster, token);
                for (int i = 0; i < 20 && sums.At < to; i++)
                {
                    sums = (await GrantWindows.MoveAsync(session, new Dictionary<GrantScopeName, GrantSums> { [name] = sums }, to, step, token))[name];
                    steps.Add((sums.At, sums.InHour.Wei));
                }

                return true;
            },
            default);

        Assert.That(steps[^1], Is.EqualTo((to, (UInt256)400)));
        Assert.That(steps, Has.Count.EqualTo(step switch { 2 => 6, 3 => 3, _ => 1 }));
        Assert.That(steps.Zip(steps.Skip(1)).All(pair => pair.First.At < pair.Second.At && pair.First.InHour >= pair.Second.InHour), Is.True);
    }

    // The node lived all the time, and its store was replaced by a backup: nothing may be reserved in it, neither before the node tells of itself in it for the first time nor after.
    [Test]
    public async Task Row_32_a_store_that_was_replaced_under_a_living_node_is_not_trusted()
    {
        LedgerOpening alive = new([Asked.Paymaster], Asked.Noon.AddSeconds(120), Asked.Window, IsDevelopment: false);
        LedgerStanding all = await Grants.OpenAsync(alive, default);
        DateTimeOffset replaced = alive.Now + LedgerTrust.Fresh;
        Reservation inTime = await Grants.ReserveAsync(Asked.Request(1, at: replaced), Asked.Anything(), default);
        Reservation before = await Grants.ReserveAsync(Asked.Request(2, at: replaced.AddTicks(1)), Asked.Anything(), default);
        LedgerStanding beat = await Grants.OpenAsync(alive with { Now = replaced.AddTicks(1) }, default);
        Reservation after = await Grants.ReserveAsync(Asked.Request(3, at: replaced.AddSeconds(1)), Asked.Anything(), default);

        ulong until = (ulong)replaced.ToUnixTimeSeconds() + Asked.Window + 60;
        Assert.That((all.DistrustedUntil, inTime.GetType()), Is.EqualTo((0UL, typeof(Reservation.Reserved))));
        Assert.That((before, beat.DistrustedUntil, after), Is.EqualTo(((Reservation)new Reservation.Distrusted(until), until, (Reservation)new Reservation.Distrusted(until))));
    }

    [Test]
    public async Task A_clock_that_is_behind_does_not_make_the_ledger_older()
    {
        await BeatAsync(Asked.Noon.AddSeconds(100), isDevelopment: false);
        await BeatAsync(Asked.Noon, isDevelopment: false);

        Assert.That(await Grants.ReserveAsync(Asked.Request(1, at: Asked.Noon.AddSeconds(200)), Asked.Anything(), default), Is.TypeOf<Reservation.Reserved>());
    }

    [Test]
    public async Task All_of_it_outlives_a_restart()
    {
        Grant grant = await SignAsync(_request, 1);
        await ReopenAsync();

        Assert.That(await Grants.FindAsync(grant.Id, default), Is.EqualTo(grant));
        Assert.That((await SpentAsync(), await LiabilityAsync()), Is.EqualTo(((UInt256)100, (0UL, 100UL, 0UL))));
    }

    private static StoredOperation Paid(int number, Address paymaster, ulong prefund) =>
        Stored.Operation(number) with { UserOpHash = Asked.OperationHash(number), Paymaster = paymaster, Prefund = prefund };

    private async Task<(ulong Reserved, ulong Unseen, ulong Seen)> LiabilityAsync()
    {
        GrantLiability all = await Grants.LiabilityAsync(Asked.Paymaster, default);
        return ((ulong)all.Reserved, (ulong)all.Unseen, (ulong)all.Seen);
    }
}
