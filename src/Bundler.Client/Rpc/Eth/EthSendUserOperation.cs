using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Eth;

/// <summary>eth_sendUserOperation: hands an operation in; its userOpHash.</summary>
/// <param name="client">The bundler.</param>
public sealed class EthSendUserOperation(IClient client) : OperationRequest<string>(client, "eth_sendUserOperation");
