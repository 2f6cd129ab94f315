using Bundler.Client.Operations;
using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc;

/// <summary>A method that takes an operation and its EntryPoint.</summary>
/// <typeparam name="TResult">What it answers.</typeparam>
/// <param name="client">The bundler.</param>
/// <param name="method">The method's name.</param>
public abstract class OperationRequest<TResult>(IClient client, string method) : BundlerRequest<TResult>(client, method)
{
    /// <summary>Asks the bundler.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="entryPoint">The EntryPoint that it is for.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="Errors.BundlerException">The bundler refused.</exception>
    public Task<TResult> SendRequestAsync(UserOperation operation, EntryPoint entryPoint, CancellationToken cancellationToken = default) =>
        AskAsync(Parameters(operation, entryPoint), cancellationToken);

    /// <summary>The request alone, for a batch.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="entryPoint">The EntryPoint that it is for.</param>
    /// <param name="id">The request's id.</param>
    public RpcRequest BuildRequest(UserOperation operation, EntryPoint entryPoint, object? id = null) => base.BuildRequest(id, Parameters(operation, entryPoint));

    private protected static object[] Parameters(UserOperation operation, EntryPoint entryPoint) => [entryPoint.ToJson(operation), entryPoint.Address];
}
