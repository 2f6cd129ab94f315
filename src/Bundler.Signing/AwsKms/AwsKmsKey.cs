using System.Net;
using Amazon;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.KeyServices;

namespace Bundler.Signing.AwsKms;

/// <summary>
/// A key of AWS KMS (<c>ECC_SECG_P256K1</c>, <c>SIGN_VERIFY</c>), named by its ARN or alias. Credentials are those of the environment; they
/// need <c>kms:Sign</c>, and <c>kms:GetPublicKey</c> to name the address.
/// </summary>
public sealed class AwsKmsKey : IKeyService, IDisposable
{
    private readonly IAmazonKeyManagementService _kms;
    private readonly string _keyId;

    /// <summary>Takes the client over.</summary>
    internal AwsKmsKey(string keyId, IAmazonKeyManagementService kms)
    {
        _keyId = keyId;
        _kms = kms;
    }

    public string Name => _keyId;

    /// <summary>A key with the credentials of the environment; the region of an ARN goes before <paramref name="region"/>.</summary>
    /// <param name="keyId">An ARN of a key or an alias, a key id, or <c>alias/name</c>.</param>
    /// <param name="region">For ids without one; null takes it from the environment.</param>
    /// <param name="endpoint">Instead of the public endpoint; null for that.</param>
    public static AwsKmsKey Open(string keyId, string? region, Uri? endpoint) => new(keyId, new AmazonKeyManagementServiceClient(Configuration(keyId, region, endpoint)));

    internal static AmazonKeyManagementServiceConfig Configuration(string keyId, string? region, Uri? endpoint)
    {
        // Deadlines and further attempts are the same for all key services: PatientKeyService keeps them.
        AmazonKeyManagementServiceConfig configuration = new() { MaxErrorRetry = 0, MaxStaleConnectionRetries = 0, ThrottleRetries = false };
        string? where = Arn.TryParse(keyId, out Arn arn) ? arn.Region : region;
        if (endpoint is not null)
        {
            configuration.ServiceURL = endpoint.ToString();
            configuration.AuthenticationRegion = where;
        }
        else if (where is not null)
        {
            configuration.RegionEndpoint = RegionEndpoint.GetBySystemName(where);
        }

        return configuration;
    }

    public Task<Address> ReadAddressAsync(CancellationToken cancellationToken) => AskAsync(async () =>
    {
        GetPublicKeyResponse answer = await _kms.GetPublicKeyAsync(new GetPublicKeyRequest { KeyId = _keyId }, cancellationToken);
        return answer.KeySpec == KeySpec.ECC_SECG_P256K1 && answer.KeyUsage == KeyUsageType.SIGN_VERIFY
            ? SubjectPublicKey.AddressOf(answer.PublicKey.ToArray())
            : throw new SignerUnavailableException(
                SignerFault.WrongKey, Name, $"the key is {answer.KeySpec} for {answer.KeyUsage}, needed is ECC_SECG_P256K1 for SIGN_VERIFY");
    });

    public Task<RawSignature> SignAsync(Hash32 digest, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        SignRequest request = new()
        {
            KeyId = _keyId,
            Message = new MemoryStream(digest.ToBytes().ToArray()),
            MessageType = MessageType.DIGEST,
            SigningAlgorithm = SigningAlgorithmSpec.ECDSA_SHA_256,
        };
        SignResponse answer = await _kms.SignAsync(request, cancellationToken);
        return EcdsaDer.Read(answer.Signature.ToArray());
    });

    public void Dispose() => _kms.Dispose();

    private async Task<T> AskAsync<T>(Func<Task<T>> askAsync)
    {
        try
        {
            return await askAsync();
        }
        catch (AmazonServiceException refusal)
        {
            throw new SignerUnavailableException(FaultOf(refusal), Name, refusal.ErrorCode ?? refusal.Message, refusal);
        }
        catch (AmazonClientException withoutCredentials)
        {
            throw new SignerUnavailableException(SignerFault.AccessDenied, Name, withoutCredentials.Message, withoutCredentials);
        }
        catch (HttpRequestException unreachable)
        {
            throw new SignerUnavailableException(SignerFault.Unreachable, Name, unreachable.Message, unreachable);
        }
        catch (IOException broken)
        {
            throw new SignerUnavailableException(SignerFault.Unreachable, Name, broken.Message, broken);
        }
        catch (CodecException malformed)
        {
            throw new SignerUnavailableException(SignerFault.AnswerCorrupted, Name, malformed.Message, malformed);
        }
    }

    private static SignerFault FaultOf(AmazonServiceException refusal) => (refusal, refusal.ErrorCode, refusal.StatusCode) switch
    {
        (DisabledException or KMSInvalidStateException, _, _) => SignerFault.KeyDisabled,
        (NotFoundException, _, _) => SignerFault.KeyNotFound,
        (InvalidKeyUsageException, _, _) => SignerFault.WrongKey,
        (AmazonUnmarshallingException, _, _) => SignerFault.AnswerCorrupted,
        (KeyUnavailableException or DependencyTimeoutException or KMSInternalException, _, _) => SignerFault.ServiceFaulted,
        (_, "ThrottlingException" or "LimitExceededException" or "RequestLimitExceeded", _) => SignerFault.Throttled,
        (_, _, HttpStatusCode.TooManyRequests) => SignerFault.Throttled,
        (_, "AccessDeniedException" or "UnrecognizedClientException" or "ExpiredTokenException" or "InvalidSignatureException", _) => SignerFault.AccessDenied,
        (_, _, HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) => SignerFault.AccessDenied,
        (_, _, >= HttpStatusCode.InternalServerError) => SignerFault.ServiceFaulted,
        ({ InnerException: HttpRequestException }, _, _) => SignerFault.Unreachable,
        _ => SignerFault.RequestRefused,
    };
}
