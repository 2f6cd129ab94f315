using Bundler.Rpc.JsonRpc;

namespace Bundler.Rpc.OpenRpc;

/// <summary>The errors of the interface by occasion.</summary>
internal static class MethodErrors
{
    /// <summary>May come from every method.</summary>
    public static IReadOnlyList<MethodError> Common { get; } =
    [
        new(RpcErrorCode.InvalidParams, "a parameter is missing, unknown or malformed; the message begins with its path"),
        new(RpcErrorCode.Unavailable, "the Ethereum node or the storage does not answer now"),
        new(RpcErrorCode.TimedOut, "the deadline of the call has passed"),
        new(RpcErrorCode.LimitExceeded, "too much is asked at once"),
    ];

    /// <summary>ERC-7769: why an operation is not taken.</summary>
    public static IReadOnlyList<MethodError> Rejections { get; } =
    [
        new(-32500, "the EntryPoint or the account rejects the operation"),
        new(-32501, "the paymaster rejects the operation"),
        new(-32502, "a rule of ERC-7562 is broken"),
        new(-32503, "outside its validity window"),
        new(-32504, "an entity is throttled or banned"),
        new(-32505, "an entity's stake or unstake delay is too low"),
        new(-32506, "the aggregator is not supported"),
        new(-32507, "a signature is not valid"),
        new(-32508, "the paymaster's deposit is too low"),
    ];

    /// <summary>Over HTTP there is nobody to tell later.</summary>
    public static IReadOnlyList<MethodError> NeedsSocket { get; } = [new(RpcErrorCode.MethodNotFound, "subscriptions need a WebSocket")];
}
