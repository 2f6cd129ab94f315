using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Erc7562;

/// <summary>LIM-030: the verification limits exceed what validation really used by VALIDATION_GAS_SLACK, so that small changes do not break it.</summary>
internal sealed class GasSlackRule : IErc7562Rule
{
    // SSTORE of a fresh nonce key, above that of a used one (EIP-2200).
    private const ulong FreshNonceGas = 17_100;

    // Without the account's deposit to look after.
    private const ulong PaidForGas = 2_200;

    private const ulong GasPerWord = 15;

    public IEnumerable<RuleViolation> Check(RuleContext context)
    {
        OperationFrames phases = context.Phases;
        bool isShared = !context.EntryPoint.HasPaymasterGasLimits;
        UserOperation operation = context.Operation;
        if (phases.Account is { } account)
        {
            // v0.6 gives the paymaster what the account has left of the one limit.
            ulong used = phases.VerificationGasUsed + OfTheEntryPoint(context) + (isShared ? phases.PaymasterVerificationGasUsed : 0);
            if (IsTight(context, operation.VerificationGasLimit, used))
            {
                yield return Violation(context, account.Entity, "verificationGasLimit", operation.VerificationGasLimit, used);
            }
        }

        if (phases.Paymaster is { } paymaster && !isShared)
        {
            ulong used = phases.PaymasterVerificationGasUsed;
            if (IsTight(context, operation.PaymasterVerificationGasLimit, used))
            {
                yield return Violation(context, paymaster.Entity, "paymasterVerificationGasLimit", operation.PaymasterVerificationGasLimit, used);
            }
        }
    }

    /// <summary>What the EntryPoint itself counts against verificationGasLimit: hashing, the nonce, the deposit. Measured, and not above the truth.</summary>
    private static ulong OfTheEntryPoint(RuleContext context)
    {
        ulong fixedGas = context.EntryPoint.Version switch
        {
            EntryPointVersion.V06 => 15_200,
            EntryPointVersion.V07 => 16_800,
            EntryPointVersion.V08 => 17_200,
            _ => 17_300,
        };
        ulong words = (ulong)context.EntryPoint.Operations.Pack(context.Operation).Length / Hash32.Size;
        return fixedGas
            + words * GasPerWord
            + (UserOperationNonce.Of(context.Operation.Nonce).Sequence == 0 ? FreshNonceGas : 0)
            - (context.Operation.Paymaster is null ? 0 : PaidForGas);
    }

    private static bool IsTight(RuleContext context, UInt256 limit, ulong used) => limit < (UInt256)used + context.Limits.ValidationGasSlack;

    private static RuleViolation Violation(RuleContext context, Entity entity, string field, UInt256 limit, ulong used) =>
        new(Erc7562Rule.Lim030, entity, $"{entity.Title} needs a higher {field}: {used} gas used, {context.Limits.ValidationGasSlack} to spare required")
        {
            Expected = $"{field} of at least {used + context.Limits.ValidationGasSlack}",
            Got = limit.ToString(),
        };
}
