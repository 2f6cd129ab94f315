using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>What the EntryPoint itself uses of the limits that it hands out: measured, less a tolerance, so that it is never above the truth.</summary>
internal static class EntryPointGas
{
    // SSTORE of a fresh nonce key, above that of a used one (EIP-2200).
    private const ulong FreshNonceGas = 17_100;

    // Without the account's deposit to look after: SLOAD and SSTORE of a cold slot, and what is computed around them.
    private const ulong PaidForGas = 5_450;

    // An account that pays has written its deposit's slot already, at its own cost: the EntryPoint's own write is then this much cheaper.
    private const ulong WrittenDepositGas = 2_800;

    private const ulong GasPerWord = 15;

    /// <summary>How far below the measured share <see cref="OfVerification"/> stays.</summary>
    public const ulong Tolerance = 1_000;

    /// <summary>What counts against verificationGasLimit beside account and factory: hashing, the nonce, the deposit.</summary>
    public static ulong OfVerification(EntryPoint entryPoint, UserOperation operation)
    {
        ulong fixedGas = entryPoint.Version switch
        {
            EntryPointVersion.V06 => 15_200,
            EntryPointVersion.V07 => 16_800,
            EntryPointVersion.V08 => 17_200,
            _ => 17_300,
        };
        ulong words = (ulong)entryPoint.Operations.Pack(operation).Length / Hash32.Size;
        return fixedGas
            - Tolerance
            + words * GasPerWord
            + (UserOperationNonce.Of(operation.Nonce).Sequence == 0 ? FreshNonceGas : 0)
            - (operation.Paymaster is null ? WrittenDepositGas : PaidForGas);
    }
}
