using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Node;

/// <summary>bundler_explainPreVerificationGas: what an operation's preVerificationGas has to be, and of which parts.</summary>
/// <param name="client">The bundler.</param>
public sealed class BundlerExplainPreVerificationGas(IClient client) : OperationRequest<PreVerificationGasExplanation>(client, "bundler_explainPreVerificationGas");
