using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>The EVM ran the call and it reverted.</summary>
public sealed class CallRevertedException(JsonRpcError error, Bytes revertData) : JsonRpcException(error)
{
    /// <summary>What the call reverted with: an ABI-encoded error, or nothing.</summary>
    public Bytes RevertData { get; } = revertData;
}
