using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;
using Bundler.Storage;
using Bundler.Storage.Grants;

namespace Bundler.Tests.Storage.Grants;

/// <summary>An open ledger of grants that is known to be whole, and an index that settles it.</summary>
public abstract class GrantContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private protected SqlGrantStore Grants => new(Database);

    private protected SqlOperationHistoryStore History => new(Database);

    [SetUp]
    public Task OpenLedger() => BeatAsync(Asked.Noon);

    /// <summary>A node tells of itself in the ledger.</summary>
    private protected Task BeatAsync(DateTimeOffset at, bool isDevelopment = true) =>
        Grants.OpenAsync(new LedgerOpening([Asked.Paymaster], at, Asked.Window, isDevelopment), default);

    private protected async Task<Grant> SignAsync(GrantRequest request, int number)
    {
        Reservation answer = await Grants.ReserveAsync(request, Asked.Anything(), default);
        Grant grant = ((Reservation.Reserved)answer).Grant;
        return await Grants.SignedAsync(grant.Id, Asked.Signature(number), default);
    }

    private protected Task IncludeAsync(ulong block, params (GrantRequest Request, int Number, ulong Cost)[] operations) => IncludeAsync(block, 0, operations);

    private protected Task IncludeAsync(ulong block, int fork, params (GrantRequest Request, int Number, ulong Cost)[] operations)
    {
        BlockMark mark = Stored.Mark(block, fork);
        IncludedOperation[] included = [.. operations.Select((each, index) => Asked.Included(each.Request, each.Number, each.Cost, mark, (ulong)index))];
        return History.AddBlockAsync(new IndexedBlock(mark, included, []), Fence.Sole, default);
    }

    private protected Task RemoveAsync(ulong block) => History.RemoveBlocksAsync([Stored.Mark(block).Hash], Fence.Sole, default);

    private protected async Task<GrantState> StateAsync(Grant grant) => (await Grants.FindAsync(grant.Id, default))!.State;

    /// <summary>What counts for ever in the paymaster's scope, as a limit of nothing tells it.</summary>
    private protected async Task<UInt256> SpentAsync(GrantPeriod period = GrantPeriod.Total, GrantScope scope = GrantScope.Paymaster, string? key = null, Address? sender = null)
    {
        GrantRequest probe = Asked.Request(777_777, 1, key, sender: sender);
        Reservation answer = await Grants.ReserveAsync(probe, Asked.Anything(Asked.Limit(period, wei: 0, scope: scope)), default);
        return ((Reservation.Refused)answer).Spent;
    }

    private protected Task AddKeyAsync(string id) => Database.WriteAsync((session, token) => AddKeyAsync(session, id, token), default);

    private protected static Task AddKeyAsync(SqlSession session, string id, CancellationToken cancellationToken) => session.Prepare(
            "INSERT INTO api_keys (id, hash, name, scopes, created_at, origins, networks, budgets) VALUES ($1, $2, '', 1, 0, '', '', '')")
        .With(id).With(Bytes.Empty).ExecuteAsync(cancellationToken);

    /// <summary>What the living grants may still take, wei.</summary>
    protected async Task<(ulong Reserved, ulong Unseen, ulong Seen)> LiabilityAsync()
    {
        GrantLiability all = await Grants.LiabilityAsync(Asked.Paymaster, default);
        return ((ulong)all.Reserved, (ulong)all.Unseen, (ulong)all.Seen);
    }
}
