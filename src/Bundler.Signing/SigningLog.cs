using Bundler.Ethereum.Primitives;
using Bundler.Signing.Grants;
using Bundler.Signing.Guard;
using Microsoft.Extensions.Logging;

namespace Bundler.Signing;

/// <summary>What the signers tell the operator: names of keys, addresses and reasons; never key material, passwords, digests or tokens.</summary>
internal static partial class SigningLog
{
    [LoggerMessage(
        EventId = 8001, Level = LogLevel.Critical,
        Message = "{Signer} refused to sign a transaction to {To} with nonce {Nonce} ({Reason}): {Detail}")]
    public static partial void GuardRefused(
        this ILogger logger, Address signer, SignerGuardReason reason, string detail, Address? to, ulong nonce);

    [LoggerMessage(
        EventId = 8002, Level = LogLevel.Critical, Message = "{Signer} refused to sign a grant of paymaster {Paymaster} ({Reason}): {Detail}")]
    public static partial void GrantRefused(this ILogger logger, Address signer, Address paymaster, GrantGuardReason reason, string detail);

    [LoggerMessage(EventId = 8011, Level = LogLevel.Warning, Message = "{Key} did not sign ({Fault}) at attempt {Attempt} of {MaxAttempts}")]
    public static partial void KeyServiceStumbled(this ILogger logger, string key, SignerFault fault, int attempt, int maxAttempts);

    [LoggerMessage(
        EventId = 8012, Level = LogLevel.Critical,
        Message = "Signer {Name} ({Signer}) cannot sign ({Fault}, passes by itself: {IsTransient}): {Reason}")]
    public static partial void SignerDown(
        this ILogger logger, string name, Address signer, SignerFault fault, string? reason, bool isTransient);

    [LoggerMessage(EventId = 8013, Level = LogLevel.Information, Message = "Signer {Name} ({Signer}) signs again after {Seconds:0.0} s")]
    public static partial void SignerUp(this ILogger logger, string name, Address signer, double seconds);
}
