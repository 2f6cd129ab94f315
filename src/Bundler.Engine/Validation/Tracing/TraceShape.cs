using System.Runtime.InteropServices;
using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
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

    private static readonly JsonReaderOptions _options = new() { MaxDepth = EthereumJson.MaxDepth };

    /// <summary>Reads a tracer's answer, straight from its text; JSON of other types than expected is malformed like any other.</summary>
    /// <exception cref="CodecException">The answer is malformed; the path leads to the fault.</exception>
    public static T Read<T>(JsonElement json, ReadUtf8<T> read)
    {
        if (json.ValueKind == JsonValueKind.Undefined)
        {
            throw new CodecException("the tracer's answer is empty");
        }

        ReadOnlySpan<byte> text = JsonMarshal.GetRawUtf8Value(json);
        Utf8JsonReader reader = new(text, _options);
        try
        {
            reader.Read();
            return read(ref reader);
        }
        catch (CodecException fault)
        {
            string place = JsonPlace.Of(text, reader.TokenStartIndex, _options);
            throw place.Length == 0 ? fault : fault.Within(place);
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException)
        {
            throw new CodecException(
                JsonPlace.Of(text, reader.TokenStartIndex, _options), $"the tracer's answer has another shape: {fault.Message}", fault);
        }
    }

    public static bool IsPrecompile(Address address) =>
        address.Span[..^sizeof(ushort)].IndexOfAnyExcept((byte)0) < 0 && !address.IsZero;

    public static bool IsNoPrecompile(Address address) => !IsPrecompile(address);

    public static bool IsAssociationPreimage(ReadOnlySpan<byte> preimage) =>
        preimage.Length is >= PreimageBytesMin and <= PreimageBytesMax && preimage[..AddressPadding].IndexOfAnyExcept((byte)0) < 0;

    public static Bytes Head(Bytes input) => input.Length > InputBytes ? input.Slice(0, InputBytes) : input;

    /// <exception cref="CodecException">No kind of call frame.</exception>
    public static CallKind ReadKind(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String when reader.ValueTextEquals("CALL"u8) => CallKind.Call,
        JsonTokenType.String when reader.ValueTextEquals("STATICCALL"u8) => CallKind.StaticCall,
        JsonTokenType.String when reader.ValueTextEquals("DELEGATECALL"u8) => CallKind.DelegateCall,
        JsonTokenType.String when reader.ValueTextEquals("CALLCODE"u8) => CallKind.CallCode,
        JsonTokenType.String when reader.ValueTextEquals("CREATE"u8) => CallKind.Create,
        JsonTokenType.String when reader.ValueTextEquals("CREATE2"u8) => CallKind.Create2,
        JsonTokenType.String when reader.ValueTextEquals("SELFDESTRUCT"u8) => CallKind.Call,
        _ => throw new CodecException($"'{reader.ReadString()}' is no kind of call frame"),
    };

    /// <summary>"out of gas", "contract creation code storage out of gas" (geth); "OutOfGas", "out of gas: …" (others).</summary>
    public static bool IsOutOfGas(string? error) =>
        error is not null
        && (error.Contains("out of gas", StringComparison.OrdinalIgnoreCase) || error.Contains("OutOfGas", StringComparison.OrdinalIgnoreCase));
}
