using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Submission;

internal static partial class SubmissionLog
{
    [LoggerMessage(EventId = 4001, Level = LogLevel.Information, Message = "Signed {TransactionHash} of {Signer} with nonce {Nonce} for bundle {BundleId} of {Count} operations, at most {MaxFeePerGas} with tip {MaxPriorityFeePerGas} wei per gas")]
    public static partial void Signed(
        this ILogger logger, Hash32 transactionHash, Address signer, ulong nonce, Guid bundleId, int count, UInt256 maxFeePerGas, UInt256 maxPriorityFeePerGas);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Warning, Message = "Replaced {ReplacedHash} by {TransactionHash} in bundle {BundleId}, at most {MaxFeePerGas} with tip {MaxPriorityFeePerGas} wei per gas")]
    public static partial void Replaced(
        this ILogger logger, Hash32 replacedHash, Hash32 transactionHash, Guid bundleId, UInt256 maxFeePerGas, UInt256 maxPriorityFeePerGas);

    [LoggerMessage(EventId = 4003, Level = LogLevel.Warning, Message = "Signed {TransactionHash} to cancel nonce {Nonce} of {Signer} in bundle {BundleId}: {Reason}")]
    public static partial void Cancelled(this ILogger logger, Hash32 transactionHash, ulong nonce, Address signer, Guid bundleId, string reason);

    [LoggerMessage(EventId = 4004, Level = LogLevel.Information, Message = "A node took {TransactionHash} of bundle {BundleId}")]
    public static partial void Accepted(this ILogger logger, Hash32 transactionHash, Guid bundleId);

    [LoggerMessage(EventId = 4005, Level = LogLevel.Warning, Message = "A node refused {TransactionHash} of bundle {BundleId} as {Kind}: {Answer}")]
    public static partial void Refused(this ILogger logger, Hash32 transactionHash, Guid bundleId, SendErrorKind kind, string answer);

    [LoggerMessage(EventId = 4006, Level = LogLevel.Error, Message = "Signer {Signer} cannot pay for {TransactionHash} of bundle {BundleId}: {Answer}")]
    public static partial void Unfunded(this ILogger logger, Address signer, Hash32 transactionHash, Guid bundleId, string answer);

    [LoggerMessage(EventId = 4007, Level = LogLevel.Warning, Message = "No node answered to {TransactionHash} of bundle {BundleId}: {Fault}")]
    public static partial void Unanswered(this ILogger logger, Hash32 transactionHash, Guid bundleId, string fault);

    [LoggerMessage(EventId = 4008, Level = LogLevel.Information, Message = "Bundle {BundleId} was mined as {TransactionHash} in block {BlockNumber} with {GasUsed} gas")]
    public static partial void Mined(this ILogger logger, Guid bundleId, Hash32 transactionHash, ulong blockNumber, ulong gasUsed);

    [LoggerMessage(EventId = 4009, Level = LogLevel.Warning, Message = "Bundle {BundleId} was mined as {TransactionHash} in block {BlockNumber} and reverted")]
    public static partial void Reverted(this ILogger logger, Guid bundleId, Hash32 transactionHash, ulong blockNumber);

    [LoggerMessage(EventId = 4010, Level = LogLevel.Warning, Message = "Bundle {BundleId} of {Count} operations was abandoned: {Reason}")]
    public static partial void Abandoned(this ILogger logger, Guid bundleId, int count, string reason);

    [LoggerMessage(EventId = 4011, Level = LogLevel.Warning, Message = "Nonces {From} up to before {Nonce} of {Signer} are missing and will be used up")]
    public static partial void GapFound(this ILogger logger, ulong from, ulong nonce, Address signer);

    [LoggerMessage(EventId = 4026, Level = LogLevel.Error, Message = "What the store holds of transaction {TransactionHash} of bundle {BundleId} is not what was signed; it is left where it is")]
    public static partial void TransactionUnreadable(this ILogger logger, Hash32 transactionHash, Guid bundleId);

    [LoggerMessage(EventId = 4012, Level = LogLevel.Information, Message = "Found bundle {BundleId} in flight: {Versions} transactions of {Signer} with nonce {Nonce} and {Count} operations")]
    public static partial void Recovered(this ILogger logger, Guid bundleId, int versions, Address signer, ulong nonce, int count);

    [LoggerMessage(EventId = 4013, Level = LogLevel.Error, Message = "Bundle {BundleId} is in flight from {Signer}, which is not configured any more: it is watched, not replaced")]
    public static partial void SignerMissing(this ILogger logger, Guid bundleId, Address signer);

    [LoggerMessage(EventId = 4014, Level = LogLevel.Error, Message = "Signer {Signer} has {Balance} wei, less than {Floor}, and does not sign")]
    public static partial void SignerTooPoor(this ILogger logger, Address signer, UInt256 balance, UInt256 floor);

    [LoggerMessage(EventId = 4015, Level = LogLevel.Information, Message = "Signer {Signer} has {Balance} wei and signs again")]
    public static partial void SignerFunded(this ILogger logger, Address signer, UInt256 balance);

    [LoggerMessage(EventId = 4016, Level = LogLevel.Warning, Message = "Nodes take no tip below {Tip} wei per gas now")]
    public static partial void FloorRaised(this ILogger logger, UInt256 tip);

    [LoggerMessage(EventId = 4021, Level = LogLevel.Error, Message = "Nonce {Nonce} of {Signer} was used by a transaction that this node did not sign: does another node have this key? It does not sign before {Seconds} s have passed without one")]
    public static partial void SignerShared(this ILogger logger, ulong nonce, Address signer, double seconds);

    [LoggerMessage(EventId = 4022, Level = LogLevel.Warning, Message = "Nobody else has used the key of {Signer} for a while, and it signs again")]
    public static partial void SignerAlone(this ILogger logger, Address signer);

    [LoggerMessage(EventId = 4023, Level = LogLevel.Warning, Message = "The Ethereum node gave no answer about {Lost} of {Asked} bundles in flight, it is asked again: {Fault}")]
    public static partial void AnswersLost(this ILogger logger, int lost, int asked, string fault);

    [LoggerMessage(EventId = 4024, Level = LogLevel.Information, Message = "The Ethereum node answers about bundles in flight again, after {Rounds} rounds in which answers were lost")]
    public static partial void AnswersBack(this ILogger logger, int rounds);

    [LoggerMessage(EventId = 4025, Level = LogLevel.Warning, Message = "Nonces and balances of the signers are not known for now: {Fault}")]
    public static partial void SignersUnread(this ILogger logger, string fault);
}
