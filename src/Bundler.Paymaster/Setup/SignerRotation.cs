using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Setup;

/// <summary>How far a rotation is.</summary>
public enum RotationPhase
{
    /// <summary>It cannot be.</summary>
    Refused,

    /// <summary>The new signer is to be offered and taken in; with an incident the old one goes first.</summary>
    Add,

    /// <summary>Both sign; the nodes are to be switched to the new one.</summary>
    Switch,

    /// <summary>Grants of the old one may still live.</summary>
    Wait,

    /// <summary>The old one goes.</summary>
    Remove,

    /// <summary>Only the new one is there.</summary>
    Done,
}

/// <summary>What is asked for.</summary>
/// <param name="Old">The signer that goes.</param>
/// <param name="New">The one that comes.</param>
/// <param name="IsIncident">The old key is in foreign hands: it goes first, and its grants with it.</param>
/// <param name="SwitchedAt">Unix seconds since when no node signs with the old one; <c>null</c>: some do.</param>
/// <param name="LongestGrantSeconds">For how long a grant may live.</param>
public sealed record RotationWish(Address Old, Address New, bool IsIncident, ulong? SwitchedAt, ulong LongestGrantSeconds);

/// <summary>
/// S4-13: the new signer comes in two steps, the nodes are switched, the grants of the old one run out, it goes (checklist row 22: no operation fails in between). With an incident the old one goes
/// first. Which step is next is read from the chain, so the command may be repeated at any time.
/// </summary>
/// <param name="Phase">How far it is.</param>
/// <param name="Transactions">Of this phase.</param>
/// <param name="Sentence">What to do now.</param>
public sealed record SignerRotation(RotationPhase Phase, IReadOnlyList<PlannedTransaction> Transactions, string Sentence)
{
    /// <summary>Pure; <paramref name="state"/> was asked for both signers.</summary>
    public static SignerRotation Of(RotationWish wish, PaymasterState state)
    {
        if (state.Contract is not { } contract || state.Roles is not { } roles)
        {
            return Refused($"{state.Address} is none of our contracts: its signers are not changed from here");
        }

        if (contract.Abi.Functions.All(function => function.Name != "offerSigner"))
        {
            return Refused("the immutable flavour has one signer for ever: deploy another contract and move the deposit");
        }

        if (wish.Old == wish.New || wish.New.IsZero)
        {
            return Refused("the new signer must be another than the old one, and not the zero address");
        }

        if (wish.New == roles.Owner || wish.New == roles.Manager)
        {
            return Refused("a signer is a hot key and must be neither owner nor manager");
        }

        bool hasOld = roles.Signers.Contains(wish.Old);
        bool hasNew = roles.Signers.Contains(wish.New);
        PaymasterMoves moves = new(contract, state.Address);
        PlannedTransaction[] removal = hasOld ? [moves.Remove(wish.Old)] : [];
        if (!hasNew)
        {
            PlannedTransaction[] addition = roles.OfferedSigner == wish.New ? [moves.Add(wish.New)] : [moves.Offer(wish.New), moves.Add(wish.New)];
            return wish.IsIncident
                ? new(RotationPhase.Add, [.. removal, .. addition], "The old signer goes first: every grant of it that is out is refused from that block on. Switch the nodes when the new one is in.")
                : roles.SignerCount >= PaymasterWish.MaxSigners
                ? Refused($"there are {PaymasterWish.MaxSigners} signers, and no more have room: remove one that does not sign any more first")
                : new(RotationPhase.Add, addition, "Both may sign afterwards. Switch the nodes then, and ask again with --switched and the time when the last one was.");
        }

        return !hasOld ? new(RotationPhase.Done, [], $"Only {wish.New} of the two is a signer: nothing to do.")
            : wish.IsIncident ? new(RotationPhase.Remove, removal, "Every grant of the old signer that is out is refused from that block on.")
            : Leave(wish, state, removal);
    }

    private static SignerRotation Leave(RotationWish wish, PaymasterState state, PlannedTransaction[] removal)
    {
        if (wish.SwitchedAt is not { } switchedAt)
        {
            return new(RotationPhase.Switch, [], "Both may sign. Switch every node to the new signer, and ask again with --switched and the time when the last one was (unix seconds).");
        }

        ulong until = switchedAt + wish.LongestGrantSeconds;
        return state.BlockTime <= until
            ? new(RotationPhase.Wait, [], $"Grants of the old signer may live until {until} (unix time), and the newest block is of {state.BlockTime}: ask again in {until - state.BlockTime + 1} s.")
            : new(RotationPhase.Remove, removal, "No grant of the old signer lives any more.");
    }

    private static SignerRotation Refused(string why) => new(RotationPhase.Refused, [], why);
}
