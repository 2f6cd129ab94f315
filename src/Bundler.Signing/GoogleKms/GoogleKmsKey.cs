using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.KeyServices;
using Bundler.Signing.KeyServices.Rest;

namespace Bundler.Signing.GoogleKms;

/// <summary>
/// A key version of Google Cloud KMS (<c>EC_SIGN_SECP256K1_SHA256</c>, protection level HSM) over REST. It signs the digest it is given as if
/// it were SHA-256. Both directions carry CRC-32C, and an answer that fails it is not used.
/// </summary>
public sealed class GoogleKmsKey : IKeyService, IDisposable
{
    private const string Algorithm = "EC_SIGN_SECP256K1_SHA256";

    private readonly RestKeyClient _client;
    private readonly Uri _uri;

    /// <param name="keyVersion"><c>projects/…/locations/…/keyRings/…/cryptoKeys/…/cryptoKeyVersions/…</c>.</param>
    /// <param name="endpoint">Instead of the public endpoint; null for that.</param>
    /// <param name="tokens">Whoever may use the key.</param>
    public GoogleKmsKey(string keyVersion, Uri? endpoint, IAccessTokenSource tokens)
    {
        Name = keyVersion;
        _uri = new Uri(endpoint ?? new Uri("https://cloudkms.googleapis.com"), $"/v1/{keyVersion}");
        _client = new RestKeyClient(keyVersion, RestKeyClient.CreateHttp(), tokens, FaultOf);
    }

    public string Name { get; }

    public async Task<Address> ReadAddressAsync(CancellationToken cancellationToken)
    {
        GoogleKmsWire.PublicKeyResponse answer =
            await _client.GetAsync(new Uri($"{_uri}/publicKey"), GoogleKmsJson.Default.PublicKeyResponse, cancellationToken);
        if (answer.Algorithm != Algorithm)
        {
            throw _client.Fault(SignerFault.WrongKey, $"the key is {answer.Algorithm}, needed is {Algorithm}");
        }

        if (answer.Name != Name || !Matches(Encoding.UTF8.GetBytes(answer.Pem ?? ""), answer.PemCrc32c))
        {
            throw _client.Fault(SignerFault.AnswerCorrupted, "the public key does not match its name or checksum");
        }

        return Decoded(() => SubjectPublicKey.AddressOfPem(answer.Pem));
    }

    public async Task<RawSignature> SignAsync(Hash32 digest, CancellationToken cancellationToken)
    {
        GoogleKmsWire.AsymmetricSignRequest request = new(
            new GoogleKmsWire.Digest(digest.ToBytes().ToArray()), Crc32C.Of(digest.Span).ToString(CultureInfo.InvariantCulture));
        GoogleKmsWire.AsymmetricSignResponse answer = await _client.PostAsync(
            new Uri($"{_uri}:asymmetricSign"),
            request,
            GoogleKmsJson.Default.AsymmetricSignRequest,
            GoogleKmsJson.Default.AsymmetricSignResponse,
            cancellationToken);
        if (!answer.VerifiedDigestCrc32c || answer.Name != Name || !Matches(answer.Signature ?? [], answer.SignatureCrc32c))
        {
            throw _client.Fault(SignerFault.AnswerCorrupted, "the signature does not match its name or checksums");
        }

        return Decoded(() => EcdsaDer.Read(answer.Signature));
    }

    public void Dispose() => _client.Dispose();

    private static bool Matches(ReadOnlySpan<byte> bytes, string? crc32C) => crc32C == Crc32C.Of(bytes).ToString(CultureInfo.InvariantCulture);

    private T Decoded<T>(Func<T> decode)
    {
        try
        {
            return decode();
        }
        catch (CodecException malformed)
        {
            throw _client.Fault(SignerFault.AnswerCorrupted, malformed.Message, malformed);
        }
    }

    private static (SignerFault? Fault, string? Reason) FaultOf(HttpStatusCode status, string body)
    {
        GoogleKmsWire.Error? error = ReadError(body);
        SignerFault? fault = error?.Status switch
        {
            "RESOURCE_EXHAUSTED" => SignerFault.Throttled,
            "DEADLINE_EXCEEDED" => SignerFault.TimedOut,
            "PERMISSION_DENIED" or "UNAUTHENTICATED" => SignerFault.AccessDenied,
            "FAILED_PRECONDITION" => SignerFault.KeyDisabled, // "… is not enabled, current state is: DISABLED"
            "NOT_FOUND" => SignerFault.KeyNotFound,
            "UNAVAILABLE" or "INTERNAL" or "ABORTED" => SignerFault.ServiceFaulted,
            _ => null,
        };
        return (fault, error is null ? null : $"{error.Status}: {error.Message}");
    }

    private static GoogleKmsWire.Error? ReadError(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, GoogleKmsJson.Default.ErrorResponse)?.Error;
        }
        catch (JsonException)
        {
            return null; // a proxy's page: the status says what it can
        }
    }
}
