using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Eth;

/// <summary>eth_getUserOperationReceipt: what became of the operation; null until a block has it.</summary>
/// <param name="client">The bundler.</param>
public sealed class EthGetUserOperationReceipt(IClient client) : HashRequest<UserOperationReceipt?>(client, "eth_getUserOperationReceipt");
