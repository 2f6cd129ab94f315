using System.Text.Json.Serialization;

namespace Bundler.Signing.AzureKeyVault;

/// <summary>The messages of the Key Vault REST API (7.4) that signing needs; bytes travel as base64url.</summary>
internal static class AzureKeyVaultWire
{
    public sealed record SignRequest(string Alg, string Value);

    public sealed record SignResponse(string? Kid, string? Value);

    public sealed record JsonWebKey(string? Kid, string? Kty, string? Crv, string? X, string? Y);

    public sealed record Attributes(bool? Enabled);

    public sealed record KeyResponse(JsonWebKey? Key, Attributes? Attributes);

    public sealed record InnerError(string? Code);

    public sealed record Error(string? Code, string? Message, [property: JsonPropertyName("innererror")] InnerError? InnerError);

    public sealed record ErrorResponse(Error? Error);
}
