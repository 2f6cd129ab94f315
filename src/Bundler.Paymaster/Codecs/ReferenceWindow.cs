using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Codecs;

/// <summary>The data of both reference contracts: the two times in a word each, then the signature.</summary>
internal static class ReferenceWindow
{
    public static Bytes Data(GrantTerms terms, Bytes signature)
    {
        byte[] data = new byte[2 * Hash32.Size + signature.Length];
        ((UInt256)terms.ValidUntil).WriteBigEndian(data);
        ((UInt256)terms.ValidAfter).WriteBigEndian(data.AsSpan(Hash32.Size));
        signature.Span.CopyTo(data.AsSpan(2 * Hash32.Size));
        return Bytes.Own(data);
    }
}
