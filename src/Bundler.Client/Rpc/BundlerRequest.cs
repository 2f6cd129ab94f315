using Bundler.Client.Errors;
using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc;

/// <summary>One method of a bundler, as Nethereum has them; a refusal becomes a <see cref="BundlerException"/>.</summary>
/// <typeparam name="TResult">What it answers.</typeparam>
/// <param name="client">The bundler.</param>
/// <param name="method">The method's name.</param>
public abstract class BundlerRequest<TResult>(IClient client, string method) : RpcRequestResponseHandler<TResult>(client, method)
{
    /// <summary>Asks; a cancelled call is left alone, as Nethereum's clients cannot take it back.</summary>
    private protected async Task<TResult> AskAsync(object[] parameters, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await SendRequestAsync(null, parameters).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RpcResponseException refusal)
        {
            throw new BundlerException(MethodName, refusal);
        }
    }
}
