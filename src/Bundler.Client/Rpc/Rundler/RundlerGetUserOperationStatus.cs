using Nethereum.JsonRpc.Client;
using Newtonsoft.Json.Linq;

namespace Bundler.Client.Rpc.Rundler;

/// <summary>rundler_getUserOperationStatus: where an operation is, in Rundler's words.</summary>
/// <param name="client">The bundler.</param>
public sealed class RundlerGetUserOperationStatus(IClient client) : HashRequest<RundlerUserOperationStatus>(client, "rundler_getUserOperationStatus")
{
    /// <summary>Asks the bundler, with the option of where to look that Rundler takes.</summary>
    /// <param name="userOpHash">The operation's hash.</param>
    /// <param name="blockOption">Rundler's option, as it is.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="Errors.BundlerException">The bundler refused.</exception>
    public Task<RundlerUserOperationStatus> SendRequestAsync(string userOpHash, JObject blockOption, CancellationToken cancellationToken = default) =>
        AskAsync([userOpHash, blockOption], cancellationToken);
}
