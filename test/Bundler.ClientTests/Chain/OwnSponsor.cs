using System.Numerics;
using Bundler.Client.Operations;
using Bundler.Client.Rpc.Paymaster;
using Bundler.Client.Sponsors;

namespace Bundler.ClientTests.Chain;

/// <summary>A paymaster of one's own that needs no consent: the seam beside ERC-7677.</summary>
internal sealed class OwnSponsor(string paymaster) : ISponsor
{
    public Task<PaymasterStubData> GetStubAsync(UserOperation operation, EntryPoint entryPoint, BigInteger chainId, CancellationToken cancellationToken = default) =>
        Task.FromResult(new PaymasterStubData { Paymaster = paymaster, IsFinal = true });

    public Task<PaymasterData> GetDataAsync(UserOperation operation, EntryPoint entryPoint, BigInteger chainId, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("the stub was final");
}
