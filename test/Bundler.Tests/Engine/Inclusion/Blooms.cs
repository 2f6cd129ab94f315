using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Engine.Inclusion;

/// <summary>Makes the filters that block headers have (Yellow Paper, M3:2048).</summary>
internal static class Blooms
{
    public static Bytes Of(params Bytes[] items)
    {
        byte[] bloom = new byte[LogsBloom.Size];
        foreach (Bytes item in items)
        {
            ReadOnlySpan<byte> hash = Keccak256.Hash(item).Span;
            for (int i = 0; i < 6; i += 2)
            {
                int bit = ((hash[i] << 8) | hash[i + 1]) % 2048;
                bloom[^(1 + (bit / 8))] |= (byte)(1 << (bit % 8));
            }
        }

        return Bytes.Own(bloom);
    }
}
