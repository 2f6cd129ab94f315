using System.Numerics;
using Bundler.Client.Json;
using Bundler.Client.Operations;
using Nethereum.ABI.EIP712;
using Nethereum.Model;
using Nethereum.Signer;
using Nethereum.Signer.EIP712;

namespace Bundler.Client.Accounts;

/// <summary>An owner whose key is in this process.</summary>
/// <param name="key">The key.</param>
public sealed class KeyOwner(EthECKey key) : IDelegatingOwner
{
    private const byte FirstV = 27;

    /// <summary>The owner of a private key in hex.</summary>
    /// <param name="privateKey">The key.</param>
    public KeyOwner(string privateKey)
        : this(new EthECKey(privateKey))
    {
    }

    /// <inheritdoc/>
    public string Address { get; } = key.GetPublicAddress();

    /// <inheritdoc/>
    public Task<string> SignMessageAsync(byte[] message, CancellationToken cancellationToken = default) =>
        Task.FromResult(new EthereumMessageSigner().Sign(message, key));

    /// <inheritdoc/>
    public Task<string> SignTypedDataAsync(TypedData<Domain> data, CancellationToken cancellationToken = default) =>
        Task.FromResult(Eip712TypedDataSigner.Current.SignTypedDataV4(data, key));

    /// <inheritdoc/>
    public Task<Eip7702Authorization> SignAuthorizationAsync(
        BigInteger chainId, string @delegate, BigInteger nonce, CancellationToken cancellationToken = default)
    {
        Authorisation7702 tuple = new() { ChainId = chainId, Address = @delegate, Nonce = nonce };
        EthECDSASignature signature = key.SignAndCalculateV(Authorisation7702RLPEncoderAndHasher.EncodeAndHash(tuple));
        return Task.FromResult(new Eip7702Authorization(
            chainId, @delegate, nonce, signature.V[0] - FirstV, Word(signature.R), Word(signature.S)));
    }

    private static string Word(byte[] number) => HexText.Of(HexText.Word(new BigInteger(number, isUnsigned: true, isBigEndian: true)));
}
