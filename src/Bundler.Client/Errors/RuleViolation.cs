using Newtonsoft.Json;

namespace Bundler.Client.Errors;

/// <summary>A broken rule of ERC-7562, and by what.</summary>
public sealed record RuleViolation
{
    /// <summary>The rule's id: OP-011.</summary>
    [JsonProperty("rule")]
    public required string Rule { get; init; }

    /// <summary>account, factory, paymaster or aggregator.</summary>
    [JsonProperty("entity")]
    public string? Entity { get; init; }

    /// <summary>The contract that did it.</summary>
    [JsonProperty("address")]
    public string? Address { get; init; }

    /// <summary>In which call.</summary>
    [JsonProperty("framePath")]
    public string? FramePath { get; init; }

    /// <summary>The opcode.</summary>
    [JsonProperty("opcode")]
    public string? Opcode { get; init; }

    /// <summary>The storage slot.</summary>
    [JsonProperty("slot")]
    public string? Slot { get; init; }

    /// <summary>What it should have been.</summary>
    [JsonProperty("expected")]
    public string? Expected { get; init; }

    /// <summary>What it was.</summary>
    [JsonProperty("got")]
    public string? Got { get; init; }

    /// <summary>The same in words.</summary>
    [JsonProperty("message")]
    public string? Message { get; init; }
}
