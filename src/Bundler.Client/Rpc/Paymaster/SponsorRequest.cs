using System.Numerics;
using Bundler.Client.Json;
using Bundler.Client.Operations;
using Nethereum.JsonRpc.Client;
using Newtonsoft.Json.Linq;

namespace Bundler.Client.Rpc.Paymaster;

/// <summary>A method of a paymaster's service (ERC-7677): an operation, its EntryPoint, the chain, and a context that the service understands.</summary>
/// <typeparam name="TResult">What it answers.</typeparam>
/// <param name="client">The service.</param>
/// <param name="method">The method's name.</param>
public abstract class SponsorRequest<TResult>(IClient client, string method) : BundlerRequest<TResult>(client, method)
{
    /// <summary>Asks the service.</summary>
    /// <param name="operation">The operation, without a signature that counts.</param>
    /// <param name="entryPoint">The EntryPoint that it is for.</param>
    /// <param name="chainId">The chain that it is for.</param>
    /// <param name="context">What the service wants to know, a policy's id for example.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="Errors.BundlerException">The service refused.</exception>
    public Task<TResult> SendRequestAsync(
        UserOperation operation, EntryPoint entryPoint, BigInteger chainId, JObject? context = null, CancellationToken cancellationToken = default) =>
        AskAsync([entryPoint.ToJson(operation), entryPoint.Address, HexText.Quantity(chainId), context ?? []], cancellationToken);
}
