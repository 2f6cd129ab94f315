using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;
using Microsoft.Extensions.Logging;

namespace Bundler.Paymaster;

/// <summary>What sponsoring tells the operator; never a signature, never a key.</summary>
internal static partial class PaymasterLog
{
    [LoggerMessage(EventId = 8601, Level = LogLevel.Information, Message = "Signing for paymaster {Name} at {Address} of EntryPoint {EntryPoint} with {Signer}")]
    public static partial void PaymasterFit(this ILogger logger, string name, Address address, string entryPoint, Address signer);

    [LoggerMessage(EventId = 8602, Level = LogLevel.Critical, Message = "Nothing is signed for paymaster {Name}: {Reason}")]
    public static partial void PaymasterUnfit(this ILogger logger, string name, string reason);

    /// <summary>Each operation would be refused one by one, by its dry run or by the contract: told once, before a wallet finds it.</summary>
    [LoggerMessage(EventId = 8606, Level = LogLevel.Critical, Message = "Operations of paymaster {Name} will be refused: {Reason}")]
    public static partial void PaymasterRefused(this ILogger logger, string name, string reason);

    [LoggerMessage(EventId = 8603, Level = LogLevel.Information, Message = "Granted {Grant} to {Sender}: {UserOpHash} may cost {Worst} wei until {ValidUntil}")]
    public static partial void Granted(this ILogger logger, GrantId grant, Address sender, Hash32 userOpHash, UInt256 worst, ulong validUntil);

    [LoggerMessage(EventId = 8604, Level = LogLevel.Information, Message = "Did not sponsor {Sender} ({Reason}, {Rule}): {Message}; {LeftOut} like it were left out")]
    public static partial void NotSponsored(this ILogger logger, Address sender, string reason, string rule, string message, long leftOut);

    [LoggerMessage(EventId = 8607, Level = LogLevel.Information, Message = "Gave back {Grant}, which has not left the node: {Reason}")]
    public static partial void Withdrawn(this ILogger logger, GrantId grant, string reason);

    [LoggerMessage(EventId = 8605, Level = LogLevel.Error, Message = "A reservation could not be given back and counts until it expires: {Grant}")]
    public static partial void NotGivenBack(this ILogger logger, GrantId grant, Exception fault);
}
