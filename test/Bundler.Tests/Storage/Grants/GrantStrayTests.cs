using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Keys;
using Bundler.Paymaster.Ledger;
using Bundler.Storage;
using Bundler.Storage.Grants;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage.Grants;

/// <summary>Events of our paymasters that no grant, or another one, explains: told, and charged where somebody asked for the nonce.</summary>
[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class GrantStrayTests<TDatabase> : GrantContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly GrantRequest _request = Asked.Request(1);

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
}
