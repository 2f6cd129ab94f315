using System.Numerics;
using Bundler.Client.Operations;

namespace Bundler.Client.Accounts;

/// <summary>A kind of smart account: how it comes into being, how it is called, how it signs. The seam for accounts that this package does not know.</summary>
public interface ISmartAccount
{
    /// <summary>The account, whether it stands already or not.</summary>
    string Address { get; }

    /// <summary>The EntryPoint that it trusts.</summary>
    EntryPoint EntryPoint { get; }

    /// <summary>A signature of the final length that the account's validation goes through with, up to the last step: for estimates.</summary>
    string StubSignature { get; }

    /// <summary>What an operation has to carry now so that the account comes into being.</summary>
    /// <param name="cancellationToken">Ends the asking.</param>
    Task<AccountInit> GetInitAsync(CancellationToken cancellationToken = default);

    /// <summary>The call data that makes the account do this, in order.</summary>
    /// <param name="calls">One or more.</param>
    string EncodeCalls(IReadOnlyList<Call> calls);

    /// <summary>The account's signature of an operation.</summary>
    /// <param name="operation">The operation, whole but for the signature.</param>
    /// <param name="chainId">The chain that it is for.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    Task<string> SignAsync(UserOperation operation, BigInteger chainId, CancellationToken cancellationToken = default);
}
