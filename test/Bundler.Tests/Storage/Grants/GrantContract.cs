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
    public Task OpenLedger() => Grants.OpenAsync(new LedgerOpening([Asked.Paymaster], Asked.Noon, Asked.Window, IsDevelopment: true), default);

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
}
