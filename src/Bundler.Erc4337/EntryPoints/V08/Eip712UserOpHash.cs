using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.TypedData;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>EntryPoint v0.8+: the userOpHash is the EIP-712 digest of PackedUserOperation in the domain ERC4337, version 1.</summary>
internal static class Eip712UserOpHash
{
    private const int DomainFields = 5;

    /// <summary>getPackedUserOpTypeHash().</summary>
    public static Hash32 TypeHash { get; } = Keccak256.Hash(
        "PackedUserOperation(address sender,uint256 nonce,bytes initCode,bytes callData,bytes32 accountGasLimits,uint256 preVerificationGas,bytes32 gasFees,bytes paymasterAndData)"u8);

    private static readonly Hash32 DomainTypeHash =
        Keccak256.Hash("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"u8);

    private static readonly Hash32 NameHash = Keccak256.Hash("ERC4337"u8);
    private static readonly Hash32 VersionHash = Keccak256.Hash("1"u8);

    public static Hash32 Of(PackedUserOperation packed, Hash32 initCodeHash, Hash32 paymasterAndDataHash, Address entryPoint, UInt256 chainId)
    {
        Span<byte> preimage = stackalloc byte[Hash32.Size + PackedUserOperation.HashedSize];
        WordWriter words = new(preimage);
        words.Add(TypeHash);
        packed.WriteHashed(ref words, initCodeHash, paymasterAndDataHash);
        return Eip712Hash.Message(DomainSeparator(entryPoint, chainId), Keccak256.Hash(preimage));
    }

    /// <summary>getDomainSeparatorV4().</summary>
    public static Hash32 DomainSeparator(Address entryPoint, UInt256 chainId)
    {
        Span<byte> preimage = stackalloc byte[DomainFields * Hash32.Size];
        WordWriter words = new(preimage);
        words.Add(DomainTypeHash);
        words.Add(NameHash);
        words.Add(VersionHash);
        words.Add(chainId);
        words.Add(entryPoint);
        return Keccak256.Hash(preimage);
    }
}
