using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>
/// The deposit from which an operation is paid, as the EntryPoint stores it. It moves with every operation of its owner, but validation only
/// depends on whether it covers the prefund: then the account is asked for nothing, and the paymaster passes.
/// </summary>
internal static class PayerDeposit
{
    private static readonly UInt256 _low112 = (UInt256.One << 112) - 1;

    /// <summary>The slot of the payer's deposit: all EntryPoints keep their <c>deposits</c> mapping first.</summary>
    public static Hash32 Slot(ValidatedOperation each) => Slot(each.Operation.Paymaster ?? each.Operation.Sender);

    /// <summary>The slot of an account's deposit.</summary>
    public static Hash32 Slot(Address payer)
    {
        Span<byte> preimage = stackalloc byte[2 * Hash32.Size];
        preimage.Clear();
        payer.Span.CopyTo(preimage[12..]);
        return Keccak256.Hash(preimage);
    }

    /// <summary>Whether a deposit that was <paramref name="before"/> and is <paramref name="now"/> makes no difference to the operation.</summary>
    public static bool StillCovers(ValidatedOperation each, Hash32 before, Hash32 now)
    {
        UInt256 prefund = each.EntryPoint.RequiredPrefund(each.Operation);
        return Wei(each.EntryPoint, before) >= prefund && Wei(each.EntryPoint, now) >= prefund;
    }

    /// <summary>The wei in such a slot; v0.6 packs the stake into the same word.</summary>
    public static UInt256 Wei(EntryPoint entryPoint, Hash32 word) =>
        entryPoint.Version == EntryPointVersion.V06 ? word.ToUInt256() & _low112 : word.ToUInt256();
}
