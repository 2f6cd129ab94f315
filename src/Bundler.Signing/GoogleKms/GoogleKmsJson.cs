using System.Text.Json.Serialization;

namespace Bundler.Signing.GoogleKms;

/// <summary>The converters of <see cref="GoogleKmsWire"/>, generated.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GoogleKmsWire.AsymmetricSignRequest))]
[JsonSerializable(typeof(GoogleKmsWire.AsymmetricSignResponse))]
[JsonSerializable(typeof(GoogleKmsWire.PublicKeyResponse))]
[JsonSerializable(typeof(GoogleKmsWire.ErrorResponse))]
internal sealed partial class GoogleKmsJson : JsonSerializerContext;
