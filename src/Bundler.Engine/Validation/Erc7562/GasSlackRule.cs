using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Erc7562;

/// <summary>LIM-030: the verification limits exceed what validation really used by VALIDATION_GAS_SLACK, so that small changes do not break it.</summary>
internal sealed class GasSlackRule : IErc7562Rule
{
    public IEnumerable<RuleViolation> Check(RuleContext context)
    {
        OperationFrames phases = context.Phases;
        if (phases.Account is not null
            && OfVerification(context.EntryPoint, context.Operation, phases.VerificationGasUsed, phases.PaymasterVerificationGasUsed, context.Limits.ValidationGasSlack) is { } account)
        {
            yield return account;
        }

        if (phases.Paymaster is not null
            && OfPaymaster(context.EntryPoint, context.Operation, phases.PaymasterVerificationGasUsed, context.Limits.ValidationGasSlack) is { } paymaster)
        {
            yield return paymaster;
        }
    }

    /// <param name="entryPoint">Of the operation.</param>
    /// <param name="operation">With its limits.</param>
    /// <param name="used">Gas of deployment and account validation.</param>
    /// <param name="paymasterUsed">Gas of paymaster validation.</param>
    /// <param name="slack">VALIDATION_GAS_SLACK.</param>
    public static RuleViolation? OfVerification(EntryPoint entryPoint, UserOperation operation, ulong used, ulong paymasterUsed, uint slack)
    {
        // v0.6 gives the paymaster what the account has left of the one limit.
        ulong all = used + EntryPointGas.OfVerification(entryPoint, operation) + (entryPoint.HasPaymasterGasLimits ? 0 : paymasterUsed);
        return Tight(new Entity(EntityKind.Account, operation.Sender), "verificationGasLimit", operation.VerificationGasLimit, all, slack);
    }

    public static RuleViolation? OfPaymaster(EntryPoint entryPoint, UserOperation operation, ulong used, uint slack) =>
        entryPoint.HasPaymasterGasLimits && operation.Paymaster is { } paymaster
            ? Tight(new Entity(EntityKind.Paymaster, paymaster), "paymasterVerificationGasLimit", operation.PaymasterVerificationGasLimit, used, slack)
            : null;

    private static RuleViolation? Tight(Entity entity, string field, UInt256 limit, ulong used, uint slack) =>
        limit >= (UInt256)used + slack
            ? null
            : new RuleViolation(Erc7562Rule.Lim030, entity, $"{entity.Title} needs a higher {field}: {used} gas used, {slack} to spare required")
            {
                Expected = $"{field} of at least {used + slack}",
                Got = limit.ToString(),
            };
}
