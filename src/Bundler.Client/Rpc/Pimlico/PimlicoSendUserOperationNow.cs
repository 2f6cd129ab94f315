using Bundler.Client.Operations;
using Nethereum.JsonRpc.Client;
using Newtonsoft.Json.Linq;

namespace Bundler.Client.Rpc.Pimlico;

/// <summary>pimlico_sendUserOperationNow: hands an operation in and answers when a block has it.</summary>
/// <param name="client">The bundler.</param>
public sealed class PimlicoSendUserOperationNow(IClient client) : OperationRequest<UserOperationReceipt>(client, "pimlico_sendUserOperationNow")
{
    /// <summary>Asks the bundler to wait no longer than this.</summary>
    /// <param name="operation">The signed operation.</param>
    /// <param name="entryPoint">The EntryPoint that it is for.</param>
    /// <param name="timeoutSeconds">After these the answer is an error (-32002), and the operation stays pending.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="Errors.BundlerException">The bundler refused, or no block had it in time.</exception>
    public Task<UserOperationReceipt> SendRequestAsync(
        UserOperation operation, EntryPoint entryPoint, int timeoutSeconds, CancellationToken cancellationToken = default) =>
        AskAsync([.. Parameters(operation, entryPoint), new JObject { ["timeoutSeconds"] = timeoutSeconds }], cancellationToken);
}
