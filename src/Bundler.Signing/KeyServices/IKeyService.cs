using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.KeyServices;

/// <summary>One key behind a door: a cloud KMS or a PKCS#11 token. Each call is one attempt.</summary>
public interface IKeyService
{
    /// <summary>The key for people: an ARN, a resource name, a URL, a token label; never a credential.</summary>
    string Name { get; }

    /// <summary>The address of the public key, as the service has it.</summary>
    /// <exception cref="SignerUnavailableException">The service did not give it, or it is no secp256k1 key.</exception>
    Task<Address> ReadAddressAsync(CancellationToken cancellationToken);

    /// <summary>ECDSA over the digest as it stands; s may be high.</summary>
    /// <exception cref="SignerUnavailableException">The service did not sign.</exception>
    Task<RawSignature> SignAsync(Hash32 digest, CancellationToken cancellationToken);
}
