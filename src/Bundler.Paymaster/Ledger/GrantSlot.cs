using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Ledger;

/// <summary>
/// All grants of one nonce: of the operations they are for the chain takes one at most. So together they count the largest worst cost among those that may still
/// be spent; and once one is in a block, what that one did cost, and the others nothing.
/// </summary>
public static class GrantSlot
{
    /// <summary>Grants of one nonce that may be spent at a time; one more is refused.</summary>
    public const int Most = 64;

    /// <summary>The same for all grants of one nonce, and for no others.</summary>
    public static Hash32 NameOf(GrantRequest request)
    {
        byte[] slot = [.. request.EntryPoint.Span, .. request.Sender.Span, .. Hash32.From(request.Nonce).Span];
        return Keccak256.Hash(slot);
    }

    /// <summary>May still be spent, as far as the ledger knows.</summary>
    public static bool Lives(GrantState state) =>
        state is GrantState.Reserved or GrantState.Signed or GrantState.Seen or GrantState.Reorged or GrantState.Revoked;

    /// <summary>A block has it.</summary>
    public static bool IsPaid(GrantState state) => state is GrantState.Included or GrantState.Final;

    /// <summary>
    /// The share of each grant, in the order given. A later one counts only what it needs more than those before it: replacing an operation by a dearer one takes
    /// the difference, by a cheaper one nothing. Grants of different paymasters or API keys do not share: neither pays for the other.
    /// </summary>
    /// <param name="grants">In the order in which they were reserved.</param>
    public static IReadOnlyList<GrantShare> Shares(IReadOnlyList<Grant> grants)
    {
        if (grants.Any(grant => IsPaid(grant.State)))
        {
            return [.. grants.Select(grant => IsPaid(grant.State) ? new GrantShare(grant.ActualGasCost ?? grant.Request.Worst, 1) : GrantShare.None)];
        }

        Dictionary<(Address, string?), UInt256> taken = [];
        return [.. grants.Select(grant => Lives(grant.State) ? Live(grant.Request, taken) : GrantShare.None)];
    }

    private static GrantShare Live(GrantRequest request, Dictionary<(Address, string?), UInt256> taken)
    {
        (Address, string?) payer = (request.Paymaster, request.Key);
        bool isFirst = !taken.TryGetValue(payer, out UInt256 before);
        UInt256 more = request.Worst > before ? request.Worst - before : UInt256.Zero;
        taken[payer] = before + more;
        return new GrantShare(more, isFirst ? 1UL : 0);
    }
}
