using System.Numerics;
using Bundler.Client.Json;
using Bundler.Client.Operations;
using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Node;

/// <summary>bundler_getPendingUserOperation: what waits for a sender and nonce; null if nothing does.</summary>
/// <param name="client">The bundler.</param>
public sealed class BundlerGetPendingUserOperation(IClient client) : BundlerRequest<PendingUserOperation?>(client, "bundler_getPendingUserOperation")
{
    /// <summary>Asks the bundler.</summary>
    /// <param name="sender">The account.</param>
    /// <param name="nonce">The whole nonce, key included.</param>
    /// <param name="entryPoint">At one EntryPoint only.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="Errors.BundlerException">The bundler refused.</exception>
    public Task<PendingUserOperation?> SendRequestAsync(
        string sender, BigInteger nonce, EntryPoint? entryPoint = null, CancellationToken cancellationToken = default) =>
        AskAsync(entryPoint is null ? [sender, HexText.Quantity(nonce)] : [sender, HexText.Quantity(nonce), entryPoint.Address], cancellationToken);
}
