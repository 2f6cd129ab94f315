using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.Grants;

/// <summary>A grant of a paymaster, as far as the guard before the key has to know it.</summary>
/// <param name="ChainId">EIP-155 chain id that the digest is bound to.</param>
/// <param name="Paymaster">The contract that would pay.</param>
/// <param name="Worst">wei that it can cost at most.</param>
/// <param name="ValidAfter">Seconds from which it holds.</param>
/// <param name="ValidUntil">The last second of it.</param>
/// <param name="Slot">Names the nonce of the account: of all operations that share it the chain takes one.</param>
/// <param name="Digest">What is signed, made from the same operation as the rest.</param>
public sealed record GrantToSign(UInt256 ChainId, Address Paymaster, UInt256 Worst, ulong ValidAfter, ulong ValidUntil, Hash32 Slot, Hash32 Digest);
