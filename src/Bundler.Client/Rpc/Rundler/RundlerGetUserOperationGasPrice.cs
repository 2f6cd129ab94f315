using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Rundler;

/// <summary>rundler_getUserOperationGasPrice: the fees of now, and the ones to take.</summary>
/// <param name="client">The bundler.</param>
public sealed class RundlerGetUserOperationGasPrice(IClient client) : ParameterlessRequest<RundlerGasPrice>(client, "rundler_getUserOperationGasPrice");
