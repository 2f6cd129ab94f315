using Bundler.Client.Rpc.Rundler;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC;

namespace Bundler.Client;

/// <summary>The methods that Rundler's clients know.</summary>
/// <param name="client">The bundler.</param>
public sealed class RundlerApiService(IClient client) : RpcClientWrapper(client)
{
    /// <inheritdoc cref="RundlerGetUserOperationStatus"/>
    public RundlerGetUserOperationStatus GetUserOperationStatus { get; } = new(client);

    /// <inheritdoc cref="RundlerGetPendingUserOperationBySenderNonce"/>
    public RundlerGetPendingUserOperationBySenderNonce GetPendingUserOperationBySenderNonce { get; } = new(client);

    /// <inheritdoc cref="RundlerMaxPriorityFeePerGas"/>
    public RundlerMaxPriorityFeePerGas MaxPriorityFeePerGas { get; } = new(client);

    /// <inheritdoc cref="RundlerGetUserOperationGasPrice"/>
    public RundlerGetUserOperationGasPrice GetUserOperationGasPrice { get; } = new(client);

    /// <inheritdoc cref="RundlerDropLocalUserOperation"/>
    public RundlerDropLocalUserOperation DropLocalUserOperation { get; } = new(client);
}
