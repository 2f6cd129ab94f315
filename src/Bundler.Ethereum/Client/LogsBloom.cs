using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>The 2048-bit filter of a block's log addresses and topics (Yellow Paper, M3:2048): it can rule a log out, not prove one.</summary>
public static class LogsBloom
{
    /// <summary>Bytes of a filter.</summary>
    public const int Size = 256;

    /// <summary>False: no log of the block has this address or topic. A filter of another size rules nothing out.</summary>
    public static bool MayContain(Bytes bloom, ReadOnlySpan<byte> item)
    {
        if (bloom.Length != Size)
        {
            return true;
        }

        ReadOnlySpan<byte> hash = Keccak256.Hash(item).Span;
        for (int i = 0; i < 6; i += 2)
        {
            int bit = ((hash[i] << 8) | hash[i + 1]) & 2047;
            if ((bloom.Span[Size - 1 - (bit / 8)] & (1 << (bit % 8))) == 0)
            {
                return false;
            }
        }

        return true;
    }
}
