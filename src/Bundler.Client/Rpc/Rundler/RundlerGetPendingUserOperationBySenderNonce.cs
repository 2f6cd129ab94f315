using System.Numerics;
using Bundler.Client.Json;
using Bundler.Client.Operations;
using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Rundler;

/// <summary>rundler_getPendingUserOperationBySenderNonce: what waits for a sender and nonce; null if nothing does.</summary>
/// <param name="client">The bundler.</param>
public sealed class RundlerGetPendingUserOperationBySenderNonce(IClient client)
    : BundlerRequest<UserOperation?>(client, "rundler_getPendingUserOperationBySenderNonce")
{
    /// <summary>Asks the bundler.</summary>
    /// <param name="sender">The account.</param>
    /// <param name="nonce">The whole nonce, key included.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="Errors.BundlerException">The bundler refused.</exception>
    public Task<UserOperation?> SendRequestAsync(string sender, BigInteger nonce, CancellationToken cancellationToken = default) =>
        AskAsync([sender, HexText.Quantity(nonce)], cancellationToken);
}
