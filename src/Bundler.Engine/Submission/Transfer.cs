using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission;

/// <summary>
/// A plain transfer of a signer's funds: profit to the treasury, or a top-up of another signer. It goes the way of a bundle without
/// operations: one nonce for life, stored before it is sent, replaced or cancelled when it is not mined.
/// </summary>
public sealed record Transfer
{
    public required Guid Id { get; init; }

    public required Address To { get; init; }

    /// <summary>wei.</summary>
    public required UInt256 Value { get; init; }

    public required ulong GasLimit { get; init; }

    /// <summary>The most it pays for gas.</summary>
    public required TransactionFees Ceiling { get; init; }
}
