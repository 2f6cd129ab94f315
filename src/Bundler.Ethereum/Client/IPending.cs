using Bundler.Ethereum.JsonRpc;

namespace Bundler.Ethereum.Client;

/// <summary>A <see cref="Pending{T}"/> of whatever type, as the batch sees it.</summary>
internal interface IPending
{
    JsonRpcRequest Request { get; }

    void Complete(JsonRpcResponse response);
}
