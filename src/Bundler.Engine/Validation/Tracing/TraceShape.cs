using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>What every tracer's answer is trimmed to, so that the same operation gives the same <see cref="ValidationTrace"/> whoever traced it.</summary>
internal static class TraceShape
{
    /// <summary>Bytes of input that are kept: a selector and two words.</summary>
    public const int InputBytes = 68;

    /// <summary>A preimage of associated storage is an address, padded to a word, and at least one word more.</summary>
    public const int PreimageBytesMin = 64;

    public const int PreimageBytesMax = 1024;

    /// <summary>Addresses up to this one are precompiles or reserved for them: calls of them are judged by OP-062, not by their code.</summary>
    public const ushort LastPrecompile = ushort.MaxValue;

    private const int AddressPadding = Hash32.Size - Address.Size;

    /// <summary>Reads a tracer's answer; JSON of other types than expected is malformed like any other.</summary>
    /// <exception cref="CodecException">The answer is malformed.</exception>
    public static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException or KeyNotFoundException or IndexOutOfRangeException)
        {
            throw new CodecException("", $"the tracer's answer has another shape: {fault.Message}", fault);
        }
    }

    public static bool IsPrecompile(Address address) =>
        address.Span[..^sizeof(ushort)].IndexOfAnyExcept((byte)0) < 0 && !address.IsZero;

    public static bool IsAssociationPreimage(ReadOnlySpan<byte> preimage) =>
        preimage.Length is >= PreimageBytesMin and <= PreimageBytesMax && preimage[..AddressPadding].IndexOfAnyExcept((byte)0) < 0;

    public static Bytes Head(Bytes input) => input.Length > InputBytes ? input.Slice(0, InputBytes) : input;

    public static CallKind Kind(string type) => type switch
    {
        "CALL" => CallKind.Call,
        "CALLCODE" => CallKind.CallCode,
        "DELEGATECALL" => CallKind.DelegateCall,
        "STATICCALL" => CallKind.StaticCall,
        "CREATE" => CallKind.Create,
        "CREATE2" => CallKind.Create2,
        "SELFDESTRUCT" => CallKind.Call,
        _ => throw new CodecException("type", $"'{type}' is no kind of call frame"),
    };

    /// <summary>"out of gas", "contract creation code storage out of gas" (geth); "OutOfGas", "out of gas: …" (others).</summary>
    public static bool IsOutOfGas(string? error) =>
        error is not null
        && (error.Contains("out of gas", StringComparison.OrdinalIgnoreCase) || error.Contains("OutOfGas", StringComparison.OrdinalIgnoreCase));
}
