using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Eth;

/// <summary>eth_getUserOperationByHash: the operation and where it is; null for one that is not known.</summary>
/// <param name="client">The bundler.</param>
public sealed class EthGetUserOperationByHash(IClient client) : HashRequest<UserOperationLookup?>(client, "eth_getUserOperationByHash");
