using System.Numerics;

namespace Bundler.Client.Operations;

/// <summary>A signed EIP-7702 tuple: its signer runs the code of an address from the transaction on that carries it.</summary>
/// <param name="ChainId">The chain; 0 for every chain.</param>
/// <param name="Address">Whose code is run.</param>
/// <param name="Nonce">The signer's transaction nonce.</param>
/// <param name="YParity">0 or 1.</param>
/// <param name="R">32 bytes of the signature.</param>
/// <param name="S">32 bytes of the signature, the low one of the two.</param>
public sealed record Eip7702Authorization(BigInteger ChainId, string Address, BigInteger Nonce, int YParity, string R, string S);
