using System.Buffers.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Bundler.Testing.Kms;

/// <summary>The REST API of Azure Key Vault; the token must be <see cref="Token"/>.</summary>
public sealed class FakeAzureKeyVault(SoftKey key) : FakeKeyServer(key)
{
    /// <summary>The path of the one key version there is; the path without the version is the same key.</summary>
    public const string KeyPath = "/keys/executor/78deebed173b48e48f55abf87ed4cf71";

    /// <summary>The one token that is accepted.</summary>
    public const string Token = "eyJ0ZXN0";

    private const string UnversionedKeyPath = "/keys/executor";

    /// <summary>The curve that it says its key has.</summary>
    public string Curve { get; set; } = "P-256K";

    public Uri KeyId => new(Endpoint, KeyPath);

    protected override Task AnswerAsync(HttpContext context, string body, bool corrupt)
    {
        if (context.Request.Headers.Authorization.ToString() != $"Bearer {Token}")
        {
            context.Response.Headers.WWWAuthenticate = "Bearer authorization=\"https://login.microsoftonline.com/tenant\", resource=\"https://vault.azure.net\"";
            return ErrorAsync(context, 401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.");
        }

        if (context.Request.Query["api-version"] != "7.4")
        {
            return ErrorAsync(context, 400, "BadParameter", "The api-version is missing or not supported.");
        }

        return (context.Request.Method, context.Request.Path.Value) switch
        {
            ("GET", KeyPath or UnversionedKeyPath) => WriteJsonAsync(context, 200, PublicKey()),
            ("POST", $"{KeyPath}/sign" or $"{UnversionedKeyPath}/sign") => SignAsync(context, body, corrupt),
            (_, string path) => ErrorAsync(context, 404, "KeyNotFound", $"A key with (name/id) {path} was not found in this key vault."),
            _ => ErrorAsync(context, 404, "KeyNotFound", "not found"),
        };
    }

    protected override Task RefuseAsync(HttpContext context, KmsTrouble trouble) => trouble switch
    {
        KmsTrouble.Throttled => ErrorAsync(context, 429, "Throttled", "Request was not processed because too many requests were received."),
        KmsTrouble.Faulted => ErrorAsync(context, 500, "InternalServerError", "An internal error occurred."),
        KmsTrouble.DeniesAccess => ErrorAsync(context, 403, "Forbidden", "Caller is not authorized to perform action on resource.", "ForbiddenByRbac"),
        KmsTrouble.KeyDisabled => ErrorAsync(context, 403, "Forbidden", "Operation sign is not allowed on a disabled key.", "KeyDisabled"),
        _ => ErrorAsync(context, 404, "KeyNotFound", "A key with (name/id) executor was not found in this key vault."),
    };

    private Task SignAsync(HttpContext context, string body, bool corrupt)
    {
        JsonNode request = JsonNode.Parse(body)!;
        byte[] digest = Base64Url.DecodeFromChars((string)request["value"]!);
        if ((string?)request["alg"] != "ES256K" || digest.Length != 32)
        {
            return ErrorAsync(context, 400, "BadParameter", "Property has invalid value");
        }

        byte[] signature = Key.SignConcatenated(digest);
        return WriteJsonAsync(context, 200, new JsonObject
        {
            ["kid"] = KeyId.ToString(),
            ["value"] = Base64Url.EncodeToString(corrupt ? signature.AsSpan(1) : signature),
        });
    }

    private JsonObject PublicKey()
    {
        (byte[] x, byte[] y) = Key.Coordinates();
        return new JsonObject
        {
            ["key"] = new JsonObject
            {
                ["kid"] = KeyId.ToString(),
                ["kty"] = "EC-HSM",
                ["key_ops"] = new JsonArray("sign", "verify"),
                ["crv"] = Curve,
                ["x"] = Base64Url.EncodeToString(x),
                ["y"] = Base64Url.EncodeToString(y),
            },
            ["attributes"] = new JsonObject { ["enabled"] = true },
        };
    }

    private static Task ErrorAsync(HttpContext context, int status, string code, string message, string? inner = null)
    {
        JsonObject error = new() { ["code"] = code, ["message"] = message };
        if (inner is not null)
        {
            error["innererror"] = new JsonObject { ["code"] = inner };
        }

        return WriteJsonAsync(context, status, new JsonObject { ["error"] = error });
    }

    private static Task WriteJsonAsync(HttpContext context, int status, JsonObject body) =>
        WriteAsync(context, status, "application/json; charset=utf-8", body.ToJsonString());
}
