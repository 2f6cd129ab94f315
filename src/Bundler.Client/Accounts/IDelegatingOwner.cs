using System.Numerics;
using Bundler.Client.Operations;

namespace Bundler.Client.Accounts;

/// <summary>An owner who can delegate its own address to a contract (EIP-7702).</summary>
public interface IDelegatingOwner : IAccountOwner
{
    /// <summary>The signed tuple.</summary>
    /// <param name="chainId">The chain; 0 for every chain.</param>
    /// <param name="delegate">Whose code the owner's address shall run.</param>
    /// <param name="nonce">The owner's transaction nonce.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    Task<Eip7702Authorization> SignAuthorizationAsync(BigInteger chainId, string @delegate, BigInteger nonce, CancellationToken cancellationToken = default);
}
