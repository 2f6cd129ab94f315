using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Setup;

/// <summary>The signers of a wish, compared with those of the contract.</summary>
internal static class WishedSigners
{
    private const string Signer = "signer";

    public static IEnumerable<PaymasterDifference> Differences(PaymasterWish wish, PaymasterState state)
    {
        PaymasterRoles roles = WishedFacts.RolesOf(wish, state);
        PaymasterMoves moves = new(wish.Contract, wish.Place);
        Address[] missing = [.. wish.Signers.Except(roles.Signers)];
        PaymasterDifference[] added = [.. missing.Select((signer, index) => Added(wish, roles, moves, signer, isOffered: index == 0 && roles.OfferedSigner == signer))];
        PaymasterDifference[] removed = [.. roles.Signers.Except(wish.Signers).Select(signer => Removed(wish, moves, signer))];

        // New ones first, so that there is always somebody who may sign; where there is no room, the old ones first.
        bool hasRoom = roles.SignerCount + missing.Length <= PaymasterWish.MaxSigners;
        return [.. WishedFacts.New(state, Signer, wish.Signers[0].ToString()), .. hasRoom ? [.. added, .. removed] : (PaymasterDifference[])[.. removed, .. added], .. Strangers(roles)];
    }

    private static PaymasterDifference Added(PaymasterWish wish, PaymasterRoles roles, PaymasterMoves moves, Address signer, bool isOffered) =>
        wish.Flavour == PaymasterFlavour.Immutable
            ? new(Signer, string.Join(", ", roles.Signers), signer.ToString(), [], "the signer of the immutable flavour is for ever: deploy another and move the deposit")
            : new(Signer, isOffered ? "offered" : "none", signer.ToString(), isOffered ? [moves.Add(signer)] : [moves.Offer(signer), moves.Add(signer)]);

    private static PaymasterDifference Removed(PaymasterWish wish, PaymasterMoves moves, Address signer) =>
        new(Signer, signer.ToString(), "none", wish.Flavour == PaymasterFlavour.Immutable ? [] : [moves.Remove(signer)]);

    private static IEnumerable<PaymasterDifference> Strangers(PaymasterRoles roles)
    {
        int strangers = roles.SignerCount - roles.Signers.Count;
        return strangers > 0
            ? [new(Signer, $"{strangers} that the Ethereum node's logs do not name", "none", [], "a signer that nobody names cannot be removed: ask a node that has all logs of the contract")]
            : [];
    }
}
