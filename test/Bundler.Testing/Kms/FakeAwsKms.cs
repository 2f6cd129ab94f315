using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Bundler.Testing.Kms;

/// <summary>AWS KMS: JSON 1.1 with the operation in <c>X-Amz-Target</c>; Signature Version 4 must be there, but is not verified.</summary>
public sealed class FakeAwsKms(SoftKey key) : FakeKeyServer(key)
{
    /// <summary>The ARN under which the key answers; its alias does too.</summary>
    public const string KeyArn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    public const string Alias = "alias/bundler";

    private const string ContentType = "application/x-amz-json-1.1";

    protected override Task AnswerAsync(HttpContext context, string body, bool corrupt)
    {
        if (!context.Request.Headers.Authorization.ToString().StartsWith("AWS4-HMAC-SHA256 Credential=", StringComparison.Ordinal))
        {
            return ErrorAsync(context, 400, "MissingAuthenticationTokenException", "Request is missing Authentication Token");
        }

        JsonNode request = JsonNode.Parse(body)!;
        string keyId = (string)request["KeyId"]!;
        return (keyId is KeyArn or Alias, context.Request.Headers["X-Amz-Target"].ToString()) switch
        {
            (false, _) => ErrorAsync(context, 400, "NotFoundException", $"Key '{keyId}' does not exist"),
            (_, "TrentService.GetPublicKey") => WriteAsync(context, 200, ContentType, PublicKey()),
            (_, "TrentService.Sign") => SignAsync(context, request, corrupt),
            (_, string target) => ErrorAsync(context, 400, "UnknownOperationException", target),
        };
    }

    protected override Task RefuseAsync(HttpContext context, KmsTrouble trouble) => trouble switch
    {
        KmsTrouble.Throttled => ErrorAsync(context, 400, "ThrottlingException", "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls."),
        KmsTrouble.Faulted => ErrorAsync(context, 500, "KMSInternalException", "The request was rejected because an internal exception occurred."),
        KmsTrouble.DeniesAccess => ErrorAsync(
            context, 400, "AccessDeniedException", $"User: arn:aws:iam::111122223333:user/bundler is not authorized to perform: kms:Sign on resource: {KeyArn}"),
        KmsTrouble.KeyDisabled => ErrorAsync(context, 400, "DisabledException", $"{KeyArn} is disabled."),
        _ => ErrorAsync(context, 400, "NotFoundException", $"Key '{KeyArn}' does not exist"),
    };

    private Task SignAsync(HttpContext context, JsonNode request, bool corrupt)
    {
        byte[] message = Convert.FromBase64String((string)request["Message"]!);
        if ((string?)request["MessageType"] != "DIGEST" || (string?)request["SigningAlgorithm"] != "ECDSA_SHA_256" || message.Length != 32)
        {
            return ErrorAsync(context, 400, "ValidationException", "Digest is invalid length for algorithm ECDSA_SHA_256.");
        }

        byte[] signature = Key.SignDer(message);
        signature[0] ^= corrupt ? (byte)1 : (byte)0;
        JsonObject answer = new()
        {
            ["KeyId"] = KeyArn,
            ["Signature"] = Convert.ToBase64String(signature),
            ["SigningAlgorithm"] = "ECDSA_SHA_256",
        };
        return WriteAsync(context, 200, ContentType, answer.ToJsonString());
    }

    private string PublicKey() => new JsonObject
    {
        ["KeyId"] = KeyArn,
        ["PublicKey"] = Convert.ToBase64String(Key.SubjectPublicKeyInfo()),
        ["CustomerMasterKeySpec"] = "ECC_SECG_P256K1",
        ["KeySpec"] = "ECC_SECG_P256K1",
        ["KeyUsage"] = "SIGN_VERIFY",
        ["SigningAlgorithms"] = new JsonArray("ECDSA_SHA_256"),
    }.ToJsonString();

    private static Task ErrorAsync(HttpContext context, int status, string type, string message)
    {
        context.Response.Headers["x-amzn-ErrorType"] = type;
        return WriteAsync(context, status, ContentType, new JsonObject { ["__type"] = type, ["message"] = message }.ToJsonString());
    }
}
