using System.Numerics;

namespace Bundler.Signing.GoogleKms;

/// <summary>CRC-32C (Castagnoli, RFC 3720 B.4), with which Google Cloud KMS guards what travels.</summary>
public static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
