using Bundler.Engine.Fleet;
using Bundler.Ethereum.Primitives;
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
    public async Task A_paymaster_that_was_never_opened_is_one_of_ours_from_its_first_grant_on()
    {
        GrantRequest request = _request with { Paymaster = Asked.EntryPoint };
        await Grants.ReserveAsync(request, Asked.Anything(), default);
        UInt256 reserved = (await Grants.LiabilityAsync(request.Paymaster, default)).Reserved;
        await IncludeAsync(1, (request, 1, 37));

        Assert.That((reserved, (await Grants.LiabilityAsync(request.Paymaster, default)).Total), Is.EqualTo(((UInt256)100, UInt256.Zero)));
    }

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
    public async Task All_of_it_outlives_a_restart()
    {
        Grant grant = await SignAsync(_request, 1);
        await ReopenAsync();

        Assert.That(await Grants.FindAsync(grant.Id, default), Is.EqualTo(grant));
        Assert.That((await SpentAsync(), await LiabilityAsync()), Is.EqualTo(((UInt256)100, (0UL, 100UL, 0UL))));
    }
}
