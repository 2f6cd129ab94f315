using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337;

/// <summary>The two halves of a nonce: a 192-bit key and the sequence within that key (ERC-4337, semi-abstracted nonce).</summary>
public readonly record struct UserOperationNonce(UInt256 Key, ulong Sequence)
{
    public static UserOperationNonce Of(UInt256 nonce) => new(nonce >> 64, (ulong)(nonce & ulong.MaxValue));

    public UInt256 Value => (Key << 64) | Sequence;
}
