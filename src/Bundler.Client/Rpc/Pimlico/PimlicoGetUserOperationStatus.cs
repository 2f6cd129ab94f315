using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Pimlico;

/// <summary>pimlico_getUserOperationStatus: where an operation is, in Pimlico's words.</summary>
/// <param name="client">The bundler.</param>
public sealed class PimlicoGetUserOperationStatus(IClient client) : HashRequest<PimlicoUserOperationStatus>(client, "pimlico_getUserOperationStatus");
