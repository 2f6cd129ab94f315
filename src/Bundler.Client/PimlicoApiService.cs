using Bundler.Client.Rpc.Pimlico;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC;

namespace Bundler.Client;

/// <summary>The methods that Pimlico's clients know.</summary>
/// <param name="client">The bundler.</param>
public sealed class PimlicoApiService(IClient client) : RpcClientWrapper(client)
{
    /// <inheritdoc cref="PimlicoGetUserOperationStatus"/>
    public PimlicoGetUserOperationStatus GetUserOperationStatus { get; } = new(client);

    /// <inheritdoc cref="PimlicoGetUserOperationGasPrice"/>
    public PimlicoGetUserOperationGasPrice GetUserOperationGasPrice { get; } = new(client);

    /// <inheritdoc cref="PimlicoSendUserOperationNow"/>
    public PimlicoSendUserOperationNow SendUserOperationNow { get; } = new(client);
}
