using Nethereum.ABI.EIP712;

namespace Bundler.Client.Accounts;

/// <summary>Who signs for an account: a key, a wallet, a key service.</summary>
public interface IAccountOwner
{
    /// <summary>The owner's address.</summary>
    string Address { get; }

    /// <summary>The signature of a message (personal_sign, EIP-191): EntryPoint v0.6 and v0.7.</summary>
    /// <param name="message">The bytes.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    Task<string> SignMessageAsync(byte[] message, CancellationToken cancellationToken = default);

    /// <summary>The signature of typed data (eth_signTypedData_v4, EIP-712): EntryPoint v0.8 and later.</summary>
    /// <param name="data">The operation.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    Task<string> SignTypedDataAsync(TypedData<Domain> data, CancellationToken cancellationToken = default);
}
