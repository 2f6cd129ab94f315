using System.Text.Json.Serialization;

namespace Bundler.Signing.AzureKeyVault;

/// <summary>The converters of <see cref="AzureKeyVaultWire"/>, generated.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AzureKeyVaultWire.SignRequest))]
[JsonSerializable(typeof(AzureKeyVaultWire.SignResponse))]
[JsonSerializable(typeof(AzureKeyVaultWire.KeyResponse))]
[JsonSerializable(typeof(AzureKeyVaultWire.ErrorResponse))]
internal sealed partial class AzureKeyVaultJson : JsonSerializerContext;
