using Bundler.Erc4337;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>A sender's next sequence of a nonce key, as the EntryPoint stores it: all versions keep their <c>nonceSequenceNumber</c> second.</summary>
internal static class SenderNonce
{
    private const int MappingSlot = 1;

    public static Hash32 Slot(Address sender, UInt256 key) => Within(Hash32.From(key), Within(Word(sender), Hash32.From((UInt256)MappingSlot)));

    private static Hash32 Within(Hash32 key, Hash32 mapping)
    {
        Span<byte> preimage = stackalloc byte[2 * Hash32.Size];
        key.Span.CopyTo(preimage);
        mapping.Span.CopyTo(preimage[Hash32.Size..]);
        return Keccak256.Hash(preimage);
    }

    private static Hash32 Word(Address address)
    {
        Span<byte> word = stackalloc byte[Hash32.Size];
        word.Clear();
        address.Span.CopyTo(word[^Address.Size..]);
        return new Hash32(word);
    }
}
