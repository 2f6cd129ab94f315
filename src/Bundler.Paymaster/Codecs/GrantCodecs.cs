using Bundler.Erc4337;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Codecs;

/// <summary>What all kinds share.</summary>
public static class GrantCodecs
{
    /// <summary>r ‖ s ‖ v: contracts of some kinds take shorter ones too, and we always write this.</summary>
    public const int SignatureSize = Signature.Size;

    private const int TimeSize = 6;

    /// <summary>The operation with a grant in it, and its account's signature as it was.</summary>
    public static UserOperation Grant(this IGrantCodec codec, UserOperation operation, GrantSite site, GrantTerms terms, Bytes signature) => operation with
    {
        Paymaster = site.Paymaster,
        PaymasterData = codec.Data(terms, signature),
        PaymasterSignature = null,
    };

    /// <summary>uint48 in six bytes.</summary>
    internal static void WriteTime(Span<byte> bytes, ulong seconds)
    {
        for (int i = 0; i < TimeSize; i++)
        {
            bytes[i] = (byte)(seconds >> (8 * (TimeSize - 1 - i)));
        }
    }

    /// <summary>EIP-191, version 0x45, of a hash.</summary>
    internal static Hash32 PersonalDigest(Hash32 hash)
    {
        Span<byte> preimage = stackalloc byte[Prefix.Length + Hash32.Size];
        Prefix.CopyTo(preimage);
        hash.Span.CopyTo(preimage[Prefix.Length..]);
        return Keccak256.Hash(preimage);
    }

    /// <summary>initCode as it stands in the operation.</summary>
    internal static Bytes InitCode(UserOperation operation) =>
        operation.Factory is { } factory ? Bytes.Concat(factory.ToBytes(), operation.FactoryData) : Bytes.Empty;

    private static ReadOnlySpan<byte> Prefix => "\u0019Ethereum Signed Message:\n32"u8;
}
