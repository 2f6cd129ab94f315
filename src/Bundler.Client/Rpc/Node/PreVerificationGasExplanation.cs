using System.Numerics;
using Bundler.Client.Json;
using Newtonsoft.Json;

namespace Bundler.Client.Rpc.Node;

/// <summary>What an operation's preVerificationGas has to be, and why.</summary>
public sealed record PreVerificationGasExplanation
{
    /// <summary>What the operation has; null if nothing.</summary>
    [JsonProperty("offered"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger? Offered { get; init; }

    /// <summary>The least that is taken.</summary>
    [JsonProperty("required"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger Required { get; init; }

    /// <summary>What is always enough.</summary>
    [JsonProperty("requiredAtMost"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger RequiredAtMost { get; init; }

    /// <summary>How many operations share the bundle's own cost.</summary>
    [JsonProperty("bundleSize"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger BundleSize { get; init; }

    /// <summary>Bytes of call data.</summary>
    [JsonProperty("callDataBytes"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger CallDataBytes { get; init; }

    /// <summary>Its tokens (EIP-7623).</summary>
    [JsonProperty("callDataTokens"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger CallDataTokens { get; init; }

    /// <summary>The sum, apart.</summary>
    [JsonProperty("parts")]
    public required PreVerificationGasParts Parts { get; init; }
}
