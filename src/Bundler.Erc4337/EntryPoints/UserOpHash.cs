using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>The outer step of the userOpHash of v0.6 and v0.7.</summary>
internal static class UserOpHash
{
    /// <summary>keccak256(abi.encode(inner, entryPoint, chainId)).</summary>
    public static Hash32 Wrap(Hash32 inner, Address entryPoint, UInt256 chainId)
    {
        Span<byte> preimage = stackalloc byte[3 * Hash32.Size];
        WordWriter words = new(preimage);
        words.Add(inner);
        words.Add(entryPoint);
        words.Add(chainId);
        return Keccak256.Hash(preimage);
    }
}
