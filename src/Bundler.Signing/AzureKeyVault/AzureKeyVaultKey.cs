using System.Buffers.Text;
using System.Net;
using System.Text.Json;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.KeyServices;
using Bundler.Signing.KeyServices.Rest;

namespace Bundler.Signing.AzureKeyVault;

/// <summary>A key of Azure Key Vault or Managed HSM (<c>EC</c> or <c>EC-HSM</c>, <c>P-256K</c>) over REST, by ES256K.</summary>
public sealed class AzureKeyVaultKey : IKeyService, IDisposable
{
    private const string ApiVersion = "api-version=7.4";
    private const string Curve = "P-256K";

    private readonly RestKeyClient _client;
    private readonly string _uri;

    /// <param name="keyId">The key identifier, <c>https://….vault.azure.net/keys/name/version</c>; without the version it is the current one.</param>
    /// <param name="tokens">Whoever may use the key.</param>
    public AzureKeyVaultKey(Uri keyId, IAccessTokenSource tokens)
    {
        _uri = keyId.GetLeftPart(UriPartial.Path).TrimEnd('/');
        _client = new RestKeyClient(_uri, RestKeyClient.CreateHttp(), tokens, FaultOf);
    }

    public string Name => _uri;

    public async Task<Address> ReadAddressAsync(CancellationToken cancellationToken)
    {
        AzureKeyVaultWire.KeyResponse answer =
            await _client.GetAsync(new Uri($"{_uri}?{ApiVersion}"), AzureKeyVaultJson.Default.KeyResponse, cancellationToken);
        if (answer.Key is not { Kty: "EC" or "EC-HSM", Crv: Curve } key)
        {
            throw _client.Fault(SignerFault.WrongKey, $"the key is {answer.Key?.Kty} {answer.Key?.Crv}, needed is EC-HSM {Curve}");
        }

        return answer.Attributes is { Enabled: false }
            ? throw _client.Fault(SignerFault.KeyDisabled, "the key is disabled")
            : Decoded(() => SubjectPublicKey.AddressOfCoordinates(Coordinate(key.X), Coordinate(key.Y)));
    }

    public async Task<RawSignature> SignAsync(Hash32 digest, CancellationToken cancellationToken)
    {
        AzureKeyVaultWire.SignResponse answer = await _client.PostAsync(
            new Uri($"{_uri}/sign?{ApiVersion}"),
            new AzureKeyVaultWire.SignRequest("ES256K", Base64Url.EncodeToString(digest.Span)),
            AzureKeyVaultJson.Default.SignRequest,
            AzureKeyVaultJson.Default.SignResponse,
            cancellationToken);
        return Decoded(() => RawSignature.FromConcatenation(Base64Url.DecodeFromChars(answer.Value)));
    }

    public void Dispose() => _client.Dispose();

    // A coordinate may come without its leading zeros.
    private static byte[] Coordinate(string? text)
    {
        byte[] bytes = Base64Url.DecodeFromChars(text);
        return bytes.Length < 32 ? [.. new byte[32 - bytes.Length], .. bytes] : bytes;
    }

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
        catch (FormatException malformed)
        {
            throw _client.Fault(SignerFault.AnswerCorrupted, "the answer is not base64url", malformed);
        }
    }

    private static (SignerFault? Fault, string? Reason) FaultOf(HttpStatusCode status, string body)
    {
        AzureKeyVaultWire.Error? error = ReadError(body);
        SignerFault? fault = (status, error?.Code, error?.InnerError?.Code) switch
        {
            (_, "KeyDisabled", _) or (_, _, "KeyDisabled") => SignerFault.KeyDisabled,
            (_, "KeyNotFound", _) => SignerFault.KeyNotFound,
            (_, "Throttled", _) => SignerFault.Throttled,
            (_, "BadParameter", _) => SignerFault.RequestRefused,
            _ => null,
        };
        return (fault, error is null ? null : $"{error.InnerError?.Code ?? error.Code}: {error.Message}");
    }

    private static AzureKeyVaultWire.Error? ReadError(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, AzureKeyVaultJson.Default.ErrorResponse)?.Error;
        }
        catch (JsonException)
        {
            return null; // a proxy's page: the status says what it can
        }
    }
}
