using System.Buffers;
using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>Tells a revert from the other errors of eth_call and eth_estimateGas, by the habits of the nodes.</summary>
internal static class CallRevert
{
    // geth, and most after it.
    private const int RevertedCode = 3;

    // Nethermind and OpenEthereum before it: "Reverted 0x…".
    private const string OldPrefix = "Reverted ";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>The revert data, possibly empty; null when the error is not a revert.</summary>
    public static Bytes? DataOf(JsonRpcError error)
    {
        Bytes? data = error.Data is { } found ? ReadData(found) : null;
        return error.Code == RevertedCode || SendError.Classify(error).Kind == SendErrorKind.Reverted ? data ?? Bytes.Empty : data;
    }

    public static JsonRpcException ToException(JsonRpcError error) =>
        DataOf(error) is { } data ? new CallRevertedException(error, data) : new JsonRpcException(error);

    private static Bytes? ReadData(JsonElement data) => data.ValueKind switch
    {
        JsonValueKind.String => ParseData(data.GetString()!),
        JsonValueKind.Object when data.TryGetProperty("data"u8, out JsonElement inner) => ReadData(inner),
        _ => null,
    };

    private static Bytes? ParseData(string text)
    {
        ReadOnlySpan<char> hex = text.StartsWith(OldPrefix, StringComparison.Ordinal) ? text.AsSpan(OldPrefix.Length) : text;
        bool isData = hex.StartsWith("0x", StringComparison.Ordinal) && hex.Length % 2 == 0 && hex[2..].IndexOfAnyExcept(HexDigits) < 0;
        return isData ? Bytes.Parse(hex) : null;
    }
}
