using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Admission.OfThePool;

/// <summary>EREP-010: the paymaster's deposit covers the most that all its pending operations can cost, this one included.</summary>
internal sealed class PaymasterCanPay(RuleSet? rules = null) : IAdmissionRule
{
    private readonly RuleSet _rules = rules ?? RuleSet.All;

    public Rejection? Check(AdmissionContext context)
    {
        if (!_rules.Has(Erc7562Rule.Erep010) || context.Operation.Paymaster is not { } paymaster || context.Facts.Paymaster is not { HasCode: true })
        {
            return null;
        }

        UInt256 replaced = context.Pool.Find(context.Operation.Sender, context.Operation.Nonce) is { } pending && pending.Operation.Paymaster == paymaster
            ? context.EntryPoint.RequiredPrefund(pending.Operation)
            : UInt256.Zero;
        UInt256 own = context.EntryPoint.RequiredPrefund(context.Operation);
        UInt256 others = UInt256.SubtractToZero(context.Pool.PaymasterReserve(paymaster), replaced);
        UInt256 deposit = context.Facts.Stakes.GetValueOrDefault(paymaster).Deposit;

        // An operation that the deposit cannot even pay alone is AA31, which the EntryPoint says itself.
        return deposit >= own && deposit < own + others
            ? new Rejection.PaymasterDepositTooLow(paymaster, deposit, own + others)
            : null;
    }
}
