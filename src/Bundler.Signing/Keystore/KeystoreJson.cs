using System.Text.Json.Serialization;

namespace Bundler.Signing.Keystore;

/// <summary>The converters of both keystore formats, generated. Old wallets write names in other cases.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true, WriteIndented = true)]
[JsonSerializable(typeof(Web3KeystoreWire.File), TypeInfoPropertyName = "Web3")]
[JsonSerializable(typeof(Argon2KeystoreWire.File), TypeInfoPropertyName = "Argon2")]
internal sealed partial class KeystoreJson : JsonSerializerContext;
