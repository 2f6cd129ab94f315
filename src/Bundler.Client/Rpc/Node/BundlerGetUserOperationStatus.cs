using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Node;

/// <summary>bundler_getUserOperationStatus: where an operation is in its life; null for one never met.</summary>
/// <param name="client">The bundler.</param>
public sealed class BundlerGetUserOperationStatus(IClient client) : HashRequest<UserOperationStatus?>(client, "bundler_getUserOperationStatus");
