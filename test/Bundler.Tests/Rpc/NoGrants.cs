using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Tests.Rpc;

/// <summary>A ledger in which nothing is, and which remembers that it was trusted.</summary>
internal sealed class NoGrants : IGrantStore, IGrantUpkeep
{
    public static NoGrants Instance => new();

    public bool IsTrusted { get; private set; }

    public Grant? Only { get; init; }

    public Task<Grant?> FindAsync(GrantId id, CancellationToken cancellationToken) => Task.FromResult(Only?.Id == id ? Only : null);

    public Task<Grant?> RevokeAsync(GrantId id, string reason, CancellationToken cancellationToken) =>
        Task.FromResult(Only?.Id == id ? Only with { State = GrantState.Revoked } : null);

    public Task TrustAsync(CancellationToken cancellationToken)
    {
        IsTrusted = true;
        return Task.CompletedTask;
    }

    public Task<Reservation> ReserveAsync(GrantRequest request, GrantLimits limits, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Grant> SignedAsync(GrantId id, SignedGrant signed, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ReleaseAsync(GrantId id, string reason, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> WithdrawAsync(GrantId id, string reason, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<GrantLiability> LiabilityAsync(Address paymaster, CancellationToken cancellationToken) =>
        Task.FromResult(new GrantLiability(1, 2, 4) { Ungranted = 5 });

    public Task<LedgerStanding> OpenAsync(LedgerOpening opening, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> FollowPoolAsync(int atMost, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> ExpireAsync(ulong chainTime, int atMost, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<StrayGrant>> TakeStraysAsync(int atMost, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<GrantStatement> StatementAsync(Address paymaster, CancellationToken cancellationToken) =>
        Task.FromResult(new GrantStatement(GrantSums.Empty with { Ever = new GrantShare(40, 3) }, new GrantLiability(1, 2, 4)));

    public Task<int> TrimAsync(DateTimeOffset before, int atMost, CancellationToken cancellationToken) => throw new NotSupportedException();
}
