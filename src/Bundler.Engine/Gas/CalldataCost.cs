namespace Bundler.Engine.Gas;

/// <summary>What call data costs: tokens by EIP-7623 (1 for a zero byte, 4 for any other), 4 gas a token, 10 at the floor.</summary>
public static class CalldataCost
{
    public const ulong GasPerToken = 4;
    public const ulong FloorGasPerToken = 10;

    public static ulong Tokens(ReadOnlySpan<byte> data)
    {
        ulong zeros = (ulong)data.Count((byte)0);
        return zeros + 4 * ((ulong)data.Length - zeros);
    }

    /// <summary>EIP-2028: 4 gas for a zero byte, 16 for any other.</summary>
    public static ulong Standard(ReadOnlySpan<byte> data) => GasPerToken * Tokens(data);
}
