using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Bundler.Signing.Keystore;

/// <summary>AES-128 in counter mode with a counter of 128 bits (NIST SP 800-38A), which .NET does not have. It is its own inverse.</summary>
internal static class AesCtr
{
    private const int BlockSize = 16;

    public static byte[] Apply(ReadOnlySpan<byte> key, ReadOnlySpan<byte> initialCounter, ReadOnlySpan<byte> input)
    {
        using Aes aes = Aes.Create();
        aes.SetKey(key);
        UInt128 counter = BinaryPrimitives.ReadUInt128BigEndian(initialCounter);
        byte[] output = new byte[input.Length];
        Span<byte> block = stackalloc byte[BlockSize];
        for (int at = 0; at < input.Length; at += BlockSize, counter++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(block, counter);
            aes.EncryptEcb(block, block, PaddingMode.None);
            for (int i = at; i < Math.Min(at + BlockSize, input.Length); i++)
            {
                output[i] = (byte)(input[i] ^ block[i - at]);
            }
        }

        block.Clear();
        return output;
    }
}
