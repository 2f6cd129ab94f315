using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Rundler;

/// <summary>rundler_dropLocalUserOperation: withdraws the pending operation of the same sender and nonce; its userOpHash, or null.</summary>
/// <param name="client">The bundler.</param>
public sealed class RundlerDropLocalUserOperation(IClient client) : OperationRequest<string?>(client, "rundler_dropLocalUserOperation");
