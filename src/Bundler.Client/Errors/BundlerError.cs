using System.Text.RegularExpressions;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Bundler.Client.Errors;

/// <summary>A bundler's refusal: its code, its words, and what can be read from them.</summary>
/// <param name="Code">The JSON-RPC code.</param>
/// <param name="Message">The words.</param>
/// <param name="Data">The data beside them, as it came.</param>
[method: JsonConstructor]
public sealed partial record BundlerError(
    [property: JsonProperty("code")] int Code, [property: JsonProperty("message")] string Message, [property: JsonProperty("data")] JToken? Data = null)
{
    private const string HexPrefix = "0x";

    /// <summary>What the code says.</summary>
    [JsonIgnore]
    public BundlerErrorKind Kind => Enum.IsDefined((BundlerErrorKind)Code) ? (BundlerErrorKind)Code : BundlerErrorKind.Other;

    /// <summary>The EntryPoint's own code, AA23 for example; null if it said none.</summary>
    [JsonIgnore]
    public string? AaCode => AaCodePattern().Match(Message) is { Success: true } found ? found.Value : null;

    /// <summary>The rule that was broken, OP-011 or LIM-070 for example; null if none is named.</summary>
    [JsonIgnore]
    public string? RuleId => Member("rule") ?? (RulePattern().Match(Message) is { Success: true } found ? found.Value : null);

    /// <summary>The operation's field that is wrong; null if none is named.</summary>
    [JsonIgnore]
    public string? Field => Member("field");

    /// <summary>The rule in full, if one of ERC-7562 is broken.</summary>
    [JsonIgnore]
    public RuleViolation? Violation => Data is JObject { } data && data["rule"] is not null ? data.ToObject<RuleViolation>() : null;

    /// <summary>What a contract reverted with; null if that is not told.</summary>
    [JsonIgnore]
    public string? RevertData => Data is JValue { Value: string text } && text.StartsWith(HexPrefix, StringComparison.Ordinal) ? text : Member("revertData");

    private string? Member(string name) => (Data as JObject)?[name] is JValue { Value: string text } ? text : null;

    [GeneratedRegex(@"\bAA[1-9]\d\b")]
    private static partial Regex AaCodePattern();

    [GeneratedRegex(@"\b(?:OP|COD|STO|GREP|SREP|EREP|UREP|AUTH|LIM)-\d{3}\b")]
    private static partial Regex RulePattern();
}
