using Bundler.Contracts;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Gas;

/// <summary>How an estimating call ended, as EstimationHelper numbers it.</summary>
internal enum EstimationStatus
{
    Done = 0,
    ValidationFailed = 1,
    ExecutionReverted = 2,
    PostOpReverted = 3,
    BalanceTooLow = 4,
    ReplayFailed = 5,
}

/// <summary>A limit between one that fails and one that suffices, in gas.</summary>
/// <param name="Low">Fails, or is not known to suffice.</param>
/// <param name="High">Suffices; 0: not known yet.</param>
/// <param name="Used">What ran when there was plenty.</param>
internal readonly record struct GasRange(UInt256 Low, UInt256 High, UInt256 Used)
{
    public object[] ToTuple() => [Low, High, Used];

    public static GasRange FromTuple(object tuple) =>
        tuple is object[] values ? new GasRange((UInt256)values[0], (UInt256)values[1], (UInt256)values[2]) : default;
}

/// <summary>What an estimating call found.</summary>
internal sealed record EstimationResult
{
    private static readonly AbiFunction Estimate = ContractArtifact.EstimationHelper.Abi.Function("estimate");

    public required EstimationStatus Status { get; init; }

    /// <summary>What the EntryPoint, the account or the paymaster reverted with.</summary>
    public required Bytes RevertData { get; init; }

    public required GasRange Verification { get; init; }

    /// <summary>For a sender whose deposit covers the operation with this limit, so that it pays nothing; 0: it never does.</summary>
    public required GasRange Unpaid { get; init; }

    public required GasRange Paymaster { get; init; }

    public required GasRange Call { get; init; }

    public required GasRange PostOp { get; init; }

    /// <summary>False: the gas of the call ran short while callGasLimit or the postOp limit was searched.</summary>
    public required bool Finished { get; init; }

    /// <summary>The paymaster returned a context, so postOp is called.</summary>
    public required bool HasContext { get; init; }

    /// <summary>What validateUserOp returned.</summary>
    public required UInt256 ValidationData { get; init; }

    /// <summary>Gas that deployment and account validation used.</summary>
    public required UInt256 VerificationUsed { get; init; }

    /// <summary>Gas that paymaster validation used.</summary>
    public required UInt256 PaymasterUsed { get; init; }

    /// <summary>Of a sender without a paymaster, wei.</summary>
    public required UInt256 SenderBalance { get; init; }

    /// <summary>In the EntryPoint, of who pays: the paymaster, or else the sender; wei.</summary>
    public required UInt256 Deposit { get; init; }

    /// <summary>Known where validation failed.</summary>
    public required bool SenderHasCode { get; init; }

    /// <summary>Known where validation failed.</summary>
    public required bool PaymasterHasCode { get; init; }

    /// <exception cref="CodecException">Not what the helper returns.</exception>
    public static EstimationResult Decode(Bytes answer)
    {
        object[] values = (object[])Estimate.DecodeResult(answer)[0];
        return new EstimationResult
        {
            Status = (EstimationStatus)(int)(ulong)(UInt256)values[0],
            RevertData = (Bytes)values[1],
            Verification = GasRange.FromTuple(values[2]),
            Unpaid = GasRange.FromTuple(values[3]),
            Paymaster = GasRange.FromTuple(values[4]),
            Call = GasRange.FromTuple(values[5]),
            PostOp = GasRange.FromTuple(values[6]),
            Finished = (bool)values[7],
            HasContext = (bool)values[8],
            ValidationData = (UInt256)values[9],
            VerificationUsed = (UInt256)values[10],
            PaymasterUsed = (UInt256)values[11],
            SenderBalance = (UInt256)values[12],
            Deposit = (UInt256)values[13],
            SenderHasCode = (bool)values[14],
            PaymasterHasCode = (bool)values[15],
        };
    }
}
