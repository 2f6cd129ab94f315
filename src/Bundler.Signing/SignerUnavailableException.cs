using Bundler.Ethereum.JsonRpc;

namespace Bundler.Signing;

/// <summary>A key could not sign now: which one, why, and whether waiting helps. Never carries key material, tokens or credentials.</summary>
public sealed class SignerUnavailableException(SignerFault fault, string key, string reason, Exception? inner = null)
    : Exception($"{key} cannot sign ({fault}): {OutsideText.Clean(reason)}", inner)
{
    public SignerFault Fault { get; } = fault;

    /// <summary>The name of the key: an ARN, a resource name, a URL, a token label.</summary>
    public string Key { get; } = key;

    /// <summary>What happened, as a sentence for the operator.</summary>
    public string Reason { get; } = OutsideText.Clean(reason);

    /// <summary>True when the same request may succeed later without anybody doing something.</summary>
    public bool IsTransient => Fault <= SignerFault.AnswerCorrupted;
}
