using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>What contracts can learn of an account.</summary>
/// <param name="CodeHash">EXTCODEHASH, where no code and no account are the same: the hash of no bytes.</param>
/// <param name="Balance">Wei.</param>
/// <param name="Delegate">The account whose code it runs by EIP-7702.</param>
public readonly record struct AccountState(Hash32 CodeHash, UInt256 Balance, Address? Delegate)
{
    public bool HasCode => CodeHash != Keccak256.Empty;

    /// <param name="codeHash">As the EVM gives it: zero for an account that does not exist.</param>
    /// <param name="balance">Wei.</param>
    /// <param name="codeStart">The first 32 bytes of the code, with zeros behind its end.</param>
    public static AccountState Of(Hash32 codeHash, UInt256 balance, ReadOnlySpan<byte> codeStart) =>
        new(codeHash.IsZero ? Keccak256.Empty : codeHash, balance, DelegateOf(codeHash, codeStart[..Eip7702.DelegationSize]));

    // Longer code might begin the same way: the hash tells that this is all of it.
    private static Address? DelegateOf(Hash32 codeHash, ReadOnlySpan<byte> delegation) =>
        Eip7702.DelegateOf(Bytes.From(delegation)) is { } found && Keccak256.Hash(delegation) == codeHash ? found : null;
}
