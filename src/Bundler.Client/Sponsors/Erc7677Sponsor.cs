using System.Numerics;
using Bundler.Client.Operations;
using Bundler.Client.Rpc.Paymaster;
using Newtonsoft.Json.Linq;

namespace Bundler.Client.Sponsors;

/// <summary>A paymaster's service as ERC-7677 describes it.</summary>
/// <param name="service">Where pm_ is served; often the bundler itself.</param>
/// <param name="context">What the service wants to know, a policy's id for example.</param>
public sealed class Erc7677Sponsor(BundlerApiService service, JObject? context = null) : ISponsor
{
    /// <inheritdoc/>
    public Task<PaymasterStubData> GetStubAsync(
        UserOperation operation, EntryPoint entryPoint, BigInteger chainId, CancellationToken cancellationToken = default) =>
        service.GetPaymasterStubData.SendRequestAsync(operation, entryPoint, chainId, context, cancellationToken);

    /// <inheritdoc/>
    public Task<PaymasterData> GetDataAsync(
        UserOperation operation, EntryPoint entryPoint, BigInteger chainId, CancellationToken cancellationToken = default) =>
        service.GetPaymasterData.SendRequestAsync(operation, entryPoint, chainId, context, cancellationToken);
}
