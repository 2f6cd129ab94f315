using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Erc7562;

/// <summary>LIM-030: the verification limits exceed what validation really used by VALIDATION_GAS_SLACK, so that small changes do not break it.</summary>
internal sealed class GasSlackRule : IErc7562Rule
{
    public IEnumerable<RuleViolation> Check(RuleContext context)
    {
        OperationFrames phases = context.Phases;
        bool isShared = !context.EntryPoint.HasPaymasterGasLimits;
        UserOperation operation = context.Operation;
        if (phases.Account is { } account)
        {
            // v0.6 gives the paymaster what the account has left of the one limit.
            ulong used = phases.VerificationGasUsed + EntryPointGas.OfVerification(context.EntryPoint, operation) + (isShared ? phases.PaymasterVerificationGasUsed : 0);
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

    private static bool IsTight(RuleContext context, UInt256 limit, ulong used) => limit < (UInt256)used + context.Limits.ValidationGasSlack;

    private static RuleViolation Violation(RuleContext context, Entity entity, string field, UInt256 limit, ulong used) =>
        new(Erc7562Rule.Lim030, entity, $"{entity.Title} needs a higher {field}: {used} gas used, {context.Limits.ValidationGasSlack} to spare required")
        {
            Expected = $"{field} of at least {used + context.Limits.ValidationGasSlack}",
            Got = limit.ToString(),
        };
}
