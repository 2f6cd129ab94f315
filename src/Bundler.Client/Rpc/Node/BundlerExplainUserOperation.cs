using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Node;

/// <summary>bundler_explainUserOperation: a dry run of sending; every objection, and what validation did.</summary>
/// <param name="client">The bundler.</param>
public sealed class BundlerExplainUserOperation(IClient client) : OperationRequest<UserOperationExplanation>(client, "bundler_explainUserOperation");
