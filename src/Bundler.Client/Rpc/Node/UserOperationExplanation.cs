using System.Numerics;
using Bundler.Client.Errors;
using Bundler.Client.Json;
using Newtonsoft.Json;

namespace Bundler.Client.Rpc.Node;

/// <summary>A dry run of sending: what would be refused, and what validation did.</summary>
public sealed record UserOperationExplanation
{
    /// <summary>Whether it would be taken.</summary>
    [JsonProperty("accepted")]
    public bool Accepted { get; init; }

    /// <summary>The operation's hash.</summary>
    [JsonProperty("userOpHash")]
    public string? UserOpHash { get; init; }

    /// <summary>Every objection, the one that sending would answer first.</summary>
    [JsonProperty("rejections")]
    public IReadOnlyList<BundlerError> Rejections { get; init; } = [];

    /// <summary>The broken rules of ERC-7562.</summary>
    [JsonProperty("violations")]
    public IReadOnlyList<RuleViolation> Violations { get; init; } = [];

    /// <summary>What each entity did in validation.</summary>
    [JsonProperty("entities")]
    public IReadOnlyList<ValidatedEntity> Entities { get; init; } = [];

    /// <summary>From when it is valid, in seconds of Unix time.</summary>
    [JsonProperty("validAfter"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger? ValidAfter { get; init; }

    /// <summary>Until when it is valid, in seconds of Unix time.</summary>
    [JsonProperty("validUntil"), JsonConverter(typeof(QuantityConverter))]
    public BigInteger? ValidUntil { get; init; }
}
