using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc;

/// <summary>A method without parameters.</summary>
/// <typeparam name="TResult">What it answers.</typeparam>
/// <param name="client">The bundler.</param>
/// <param name="method">The method's name.</param>
public abstract class ParameterlessRequest<TResult>(IClient client, string method) : BundlerRequest<TResult>(client, method)
{
    /// <summary>Asks the bundler.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="Errors.BundlerException">The bundler refused.</exception>
    public Task<TResult> SendRequestAsync(CancellationToken cancellationToken = default) => AskAsync([], cancellationToken);

    /// <summary>The request alone, for a batch.</summary>
    /// <param name="id">Its id.</param>
    public RpcRequest BuildRequest(object? id = null) => base.BuildRequest(id);
}
