using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Pimlico;

/// <summary>pimlico_getUserOperationGasPrice: the fees for three degrees of hurry.</summary>
/// <param name="client">The bundler.</param>
public sealed class PimlicoGetUserOperationGasPrice(IClient client) : ParameterlessRequest<FeeLevels>(client, "pimlico_getUserOperationGasPrice");
