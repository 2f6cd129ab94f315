using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc;

/// <summary>A method that takes a userOpHash.</summary>
/// <typeparam name="TResult">What it answers.</typeparam>
/// <param name="client">The bundler.</param>
/// <param name="method">The method's name.</param>
public abstract class HashRequest<TResult>(IClient client, string method) : BundlerRequest<TResult>(client, method)
{
    /// <summary>Asks the bundler.</summary>
    /// <param name="userOpHash">The operation's hash.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="Errors.BundlerException">The bundler refused.</exception>
    public Task<TResult> SendRequestAsync(string userOpHash, CancellationToken cancellationToken = default) => AskAsync([userOpHash], cancellationToken);

    /// <summary>The request alone, for a batch.</summary>
    /// <param name="userOpHash">The operation's hash.</param>
    /// <param name="id">The request's id.</param>
    public RpcRequest BuildRequest(string userOpHash, object? id = null) => base.BuildRequest(id, userOpHash);
}
