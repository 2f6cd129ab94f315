using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Node;

/// <summary>bundler_getGasPrice: the fees that are taken now, for three degrees of hurry.</summary>
/// <param name="client">The bundler.</param>
public sealed class BundlerGetGasPrice(IClient client) : ParameterlessRequest<BundlerGasPrice>(client, "bundler_getGasPrice");
