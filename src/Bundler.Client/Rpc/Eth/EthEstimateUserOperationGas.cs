using Bundler.Client.Operations;
using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Eth;

/// <summary>eth_estimateUserOperationGas: the gas that an operation needs.</summary>
/// <param name="client">The bundler.</param>
public sealed class EthEstimateUserOperationGas(IClient client) : OperationRequest<UserOperationGasEstimate>(client, "eth_estimateUserOperationGas")
{
    /// <summary>Asks the bundler, on a state that is not quite the chain's.</summary>
    /// <param name="operation">The operation; what it has no gas for is answered.</param>
    /// <param name="entryPoint">The EntryPoint that it is for.</param>
    /// <param name="stateOverrides">By address, as eth_call takes them.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="Errors.BundlerException">The bundler refused.</exception>
    public Task<UserOperationGasEstimate> SendRequestAsync(
        UserOperation operation,
        EntryPoint entryPoint,
        IReadOnlyDictionary<string, AccountStateOverride> stateOverrides,
        CancellationToken cancellationToken = default) =>
        AskAsync([.. Parameters(operation, entryPoint), stateOverrides], cancellationToken);
}
