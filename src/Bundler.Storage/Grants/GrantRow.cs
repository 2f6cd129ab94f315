using Bundler.Paymaster.Ledger;

namespace Bundler.Storage.Grants;

/// <summary>A grant with its place in the store and what it adds to the sums.</summary>
/// <param name="Sequence">The order of reservations.</param>
/// <param name="Grant">As the ledger tells it.</param>
/// <param name="CountedAt">Decides its hour and day.</param>
/// <param name="Share">What it adds now.</param>
/// <param name="IsRevoked">The operator took it back, also where a block has it since or had it before.</param>
/// <param name="IsShared">It was asked for a second time: whoever asked may have what is signed.</param>
internal sealed record GrantRow(long Sequence, Grant Grant, DateTimeOffset CountedAt, GrantShare Share, bool IsRevoked = false, bool IsShared = false)
{
    public GrantRequest Request => Grant.Request;

    /// <summary>The same in another state.</summary>
    public GrantRow In(GrantState state) => this with { Grant = Grant with { State = state } };
}
