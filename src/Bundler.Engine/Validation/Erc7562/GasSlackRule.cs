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
        if (phases.Account is { } account && IsTight(context, context.Operation.VerificationGasLimit, phases.VerificationGasUsed))
        {
            yield return Violation(context, account.Entity, "verificationGasLimit", context.Operation.VerificationGasLimit, phases.VerificationGasUsed);
        }

        UInt256 paymasterLimit = context.EntryPoint.HasPaymasterGasLimits
            ? context.Operation.PaymasterVerificationGasLimit
            : context.Operation.VerificationGasLimit;
        if (phases.Paymaster is { } paymaster && IsTight(context, paymasterLimit, phases.PaymasterVerificationGasUsed))
        {
            string field = context.EntryPoint.HasPaymasterGasLimits ? "paymasterVerificationGasLimit" : "verificationGasLimit";
            yield return Violation(context, paymaster.Entity, field, paymasterLimit, phases.PaymasterVerificationGasUsed);
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
