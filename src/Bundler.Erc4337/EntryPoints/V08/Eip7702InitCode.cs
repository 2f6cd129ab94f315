using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>EntryPoint v0.8+: an initCode that begins with the EIP-7702 marker stands for the delegate in the sender's code.</summary>
internal static class Eip7702InitCode
{
    private const int MinLength = 2;

    /// <summary>Whether the first 20 bytes, padded with zeros, are the marker.</summary>
    public static bool IsMarker(ReadOnlySpan<byte> initCode)
    {
        ReadOnlySpan<byte> start = initCode[..Math.Min(initCode.Length, Address.Size)];
        return start.Length >= MinLength && Eip7702Marker.Address.Span.StartsWith(start);
    }

    /// <summary>A shortened marker (0x7702 alone) written out to the 20 bytes it is read as; the hash and the cost are the same.</summary>
    public static Bytes Expand(Bytes initCode) =>
        initCode.Length < Address.Size && IsMarker(initCode) ? Eip7702Marker.Address.ToBytes() : initCode;

    /// <summary>What stands for initCode in the userOpHash.</summary>
    /// <exception cref="CodecException">The marker without a delegate: the EntryPoint has no hash for it either.</exception>
    public static Hash32 Hash(Bytes initCode, Address? @delegate)
    {
        if (!IsMarker(initCode))
        {
            return Keccak256.Hash(initCode);
        }

        Bytes address = @delegate?.ToBytes()
            ?? throw new CodecException("factory", "the EIP-7702 marker needs a sender that is delegated, or an eip7702Auth");
        return Keccak256.Hash(initCode.Length <= Address.Size ? address : Bytes.Concat(address, initCode.Slice(Address.Size)));
    }
}
