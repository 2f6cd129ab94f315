using System.Text.Json;
using Bundler.Ethereum.JsonRpc;

namespace Bundler.Ethereum.Access;

/// <summary>What makes two reads the same one: method and params, byte for byte, under the same head.</summary>
internal readonly struct ReadKey(JsonRpcRequest request, long head) : IEquatable<ReadKey>
{
    private readonly JsonRpcRequest _request = request;
    private readonly long _head = head;

    /// <summary>Reads without side effects whose answer does not change while it is under way, unless a new head comes.</summary>
    public static bool MayShare(string method) => method is
        "eth_call" or "eth_getCode" or "eth_getStorageAt" or "eth_getBalance" or "eth_gasPrice" or "eth_maxPriorityFeePerGas" or "eth_feeHistory"
        or "eth_getBlockByNumber" or "eth_getBlockByHash" or "eth_getBlockReceipts" or "eth_getLogs" or "debug_traceCall";

    /// <summary>Whether the read names the block by number or hash: then its answer stays the same under one head.</summary>
    public static bool IsBoundToBlock(JsonRpcRequest request) => request.Method switch
    {
        "eth_getBlockByHash" => true,
        "eth_getBlockByNumber" or "eth_getBlockReceipts" => IsBlock(request, 0),
        "eth_getCode" or "eth_getBalance" or "eth_call" => IsBlock(request, 1),
        "eth_getStorageAt" => IsBlock(request, 2),
        _ => false,
    };

    public bool Equals(ReadKey other) =>
        _head == other._head && _request.Method == other._request.Method && _request.Params.Span.SequenceEqual(other._request.Params.Span);

    public override bool Equals(object? obj) => obj is ReadKey other && Equals(other);

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(_head);
        hash.Add(_request.Method, StringComparer.Ordinal);
        hash.AddBytes(_request.Params.Span);
        return hash.ToHashCode();
    }

    // A number, a hash, or an object with a hash (EIP-1898); a name moves with the chain.
    private static bool IsBlock(JsonRpcRequest request, int index)
    {
        JsonElement parameters = request.ReadParams();
        return parameters.GetArrayLength() > index && parameters[index] switch
        {
            { ValueKind: JsonValueKind.Object } => true,
            { ValueKind: JsonValueKind.String } text => text.GetString()!.StartsWith("0x", StringComparison.Ordinal),
            _ => false,
        };
    }
}
