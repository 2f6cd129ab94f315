using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Gas;

/// <summary>What an operation pays for its execution whatever that uses: a limit alone pays nothing, the EntryPoint's penalty for unused gas does. Pure.</summary>
public static class SurelyPaid
{
    /// <summary>UNUSED_GAS_PENALTY_PERCENT is 10.</summary>
    private const ulong PenaltyDivisor = 10;

    /// <summary>PENALTY_GAS_THRESHOLD: from v0.8 on so much may stay unused for nothing.</summary>
    private const ulong PenaltyFree = 40_000;

    /// <summary>
    /// gas. v0.6 charges what was used and no more. v0.7 charges a tenth of what was not used of both limits. From v0.8 on callGasLimit is looked at
    /// alone, and that of postOp only where there is one to run.
    /// </summary>
    public static UInt256 OfExecution(EntryPointVersion version, UserOperation operation) => version switch
    {
        EntryPointVersion.V06 => UInt256.Zero,
        EntryPointVersion.V07 => (operation.CallGasLimit + operation.PaymasterPostOpGasLimit) / PenaltyDivisor,
        _ => UInt256.Min(operation.CallGasLimit / PenaltyDivisor, UInt256.SubtractToZero(operation.CallGasLimit, PenaltyFree)),
    };
}
