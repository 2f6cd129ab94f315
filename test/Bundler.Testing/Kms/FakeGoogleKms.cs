using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Bundler.Signing.GoogleKms;
using Microsoft.AspNetCore.Http;

namespace Bundler.Testing.Kms;

/// <summary>The REST API of Google Cloud KMS, with its checksums; the token must be <see cref="Token"/>.</summary>
public sealed class FakeGoogleKms(SoftKey key) : FakeKeyServer(key)
{
    /// <summary>The one key version there is.</summary>
    public const string KeyVersion = "projects/dev/locations/europe-west3/keyRings/bundler/cryptoKeys/executor/cryptoKeyVersions/1";

    /// <summary>The one token that is accepted.</summary>
    public const string Token = "ya29.test";

    /// <summary>The algorithm that it says its key has.</summary>
    public string Algorithm { get; set; } = "EC_SIGN_SECP256K1_SHA256";

    protected override Task AnswerAsync(HttpContext context, string body, bool corrupt)
    {
        if (context.Request.Headers.Authorization.ToString() != $"Bearer {Token}")
        {
            return ErrorAsync(context, 401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
        }

        return (context.Request.Method, context.Request.Path.Value) switch
        {
            ("GET", $"/v1/{KeyVersion}/publicKey") => WriteJsonAsync(context, 200, PublicKey(corrupt)),
            ("POST", $"/v1/{KeyVersion}:asymmetricSign") => SignAsync(context, body, corrupt),
            (_, string path) => ErrorAsync(context, 404, "NOT_FOUND", $"{path} not found."),
            _ => ErrorAsync(context, 404, "NOT_FOUND", "not found."),
        };
    }

    protected override Task RefuseAsync(HttpContext context, KmsTrouble trouble) => trouble switch
    {
        KmsTrouble.Throttled => ErrorAsync(context, 429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'HSM asymmetric requests'."),
        KmsTrouble.Faulted => ErrorAsync(context, 503, "UNAVAILABLE", "The service is currently unavailable."),
        KmsTrouble.DeniesAccess => ErrorAsync(
            context, 403, "PERMISSION_DENIED", $"Permission 'cloudkms.cryptoKeyVersions.useToSign' denied on resource '{KeyVersion}'."),
        KmsTrouble.KeyDisabled => ErrorAsync(context, 400, "FAILED_PRECONDITION", $"{KeyVersion} is not enabled, current state is: DISABLED."),
        _ => ErrorAsync(context, 404, "NOT_FOUND", $"CryptoKeyVersion {KeyVersion} not found."),
    };

    private Task SignAsync(HttpContext context, string body, bool corrupt)
    {
        JsonNode request = JsonNode.Parse(body)!;
        byte[] digest = Convert.FromBase64String((string)request["digest"]!["sha256"]!);
        if (digest.Length != 32 || (string?)request["digestCrc32c"] != Checksum(digest))
        {
            return ErrorAsync(context, 400, "INVALID_ARGUMENT", "The digest did not match its checksum.");
        }

        byte[] signature = Key.SignDer(digest);
        JsonObject answer = new()
        {
            ["signature"] = Convert.ToBase64String(signature),
            ["signatureCrc32c"] = Checksum(signature),
            ["verifiedDigestCrc32c"] = true,
            ["name"] = KeyVersion,
            ["protectionLevel"] = "HSM",
        };
        if (corrupt)
        {
            signature[^1] ^= 1;
            answer["signature"] = Convert.ToBase64String(signature);
        }

        return WriteJsonAsync(context, 200, answer);
    }

    private JsonObject PublicKey(bool corrupt)
    {
        string pem = PemEncoding.WriteString("PUBLIC KEY", Key.SubjectPublicKeyInfo()) + "\n";
        return new JsonObject
        {
            ["pem"] = corrupt ? pem + "\n" : pem,
            ["algorithm"] = Algorithm,
            ["pemCrc32c"] = Checksum(Encoding.UTF8.GetBytes(pem)),
            ["name"] = KeyVersion,
            ["protectionLevel"] = "HSM",
        };
    }

    private static string Checksum(ReadOnlySpan<byte> bytes) => Crc32C.Of(bytes).ToString(CultureInfo.InvariantCulture);

    private static Task ErrorAsync(HttpContext context, int status, string name, string message) =>
        WriteJsonAsync(context, status, new JsonObject { ["error"] = new JsonObject { ["code"] = status, ["message"] = message, ["status"] = name } });

    private static Task WriteJsonAsync(HttpContext context, int status, JsonObject body) =>
        WriteAsync(context, status, "application/json; charset=UTF-8", body.ToJsonString());
}
