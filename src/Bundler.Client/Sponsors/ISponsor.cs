using System.Numerics;
using Bundler.Client.Operations;
using Bundler.Client.Rpc.Paymaster;

namespace Bundler.Client.Sponsors;

/// <summary>Who pays for the user: the seam for services that do not speak ERC-7677, and for paymasters whose keys are one's own.</summary>
public interface ISponsor
{
    /// <summary>The paymaster's fields while gas is estimated: of the final length, and not refused by the paymaster but for the signature.</summary>
    /// <param name="operation">The operation without gas limits.</param>
    /// <param name="entryPoint">The EntryPoint that it is for.</param>
    /// <param name="chainId">The chain that it is for.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    Task<PaymasterStubData> GetStubAsync(UserOperation operation, EntryPoint entryPoint, BigInteger chainId, CancellationToken cancellationToken = default);

    /// <summary>The paymaster's consent to the operation as it is.</summary>
    /// <param name="operation">The operation with its gas limits.</param>
    /// <param name="entryPoint">The EntryPoint that it is for.</param>
    /// <param name="chainId">The chain that it is for.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    Task<PaymasterData> GetDataAsync(UserOperation operation, EntryPoint entryPoint, BigInteger chainId, CancellationToken cancellationToken = default);
}
