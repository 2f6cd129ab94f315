using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Admission.OfThePool;

/// <summary>
/// UREP-010: an unstaked sender has at most four pending operations. UREP-020: an unstaked paymaster as many as its record allows. SREP-040: with
/// stake there is no such limit.
/// </summary>
internal sealed class UnstakedLimits(ReputationLedger reputation, StakePolicy stake, IOptions<PoolOptions> options, RuleSet? rules = null) : IAdmissionRule
{
    private readonly RuleSet _rules = rules ?? RuleSet.All;
    private readonly int _maxPerSender = options.Value.MaxPerSender;

    public Rejection? Check(AdmissionContext context)
    {
        UserOperation op = context.Operation;
        bool replaces = context.Pool.Find(op.Sender, op.Nonce) is not null;
        int pending = context.Pool.Count(EntityKind.Account, op.Sender);
        if (!replaces && pending >= _maxPerSender)
        {
            return new Rejection.LimitExceeded($"account {op.Sender} has {pending} pending operations, at most {_maxPerSender} are allowed");
        }

        if (_rules.Has(Erc7562Rule.Urep010) && !replaces && (ulong)pending >= reputation.Constants.SameSenderMempoolCount && !IsStaked(context, op.Sender))
        {
            return new Rejection.StakeTooLow(
                new Entity(EntityKind.Account, op.Sender), stake.MinimumStake, stake.MinimumUnstakeDelay,
                $"unstaked account {op.Sender} has {pending} pending operations (UREP-010)");
        }

        if (_rules.Has(Erc7562Rule.Urep020) && op.Paymaster is { } paymaster && !IsStaked(context, paymaster))
        {
            int used = context.Pool.Count(EntityKind.Paymaster, paymaster);
            ulong allowed = reputation.Get(context.EntryPoint.Address, paymaster).UnstakedAllowance(reputation.Constants);
            bool keeps = context.Pool.Find(op.Sender, op.Nonce)?.Operation.Paymaster == paymaster;
            if (!keeps && (ulong)used >= allowed)
            {
                return new Rejection.StakeTooLow(
                    new Entity(EntityKind.Paymaster, paymaster), stake.MinimumStake, stake.MinimumUnstakeDelay,
                    $"unstaked paymaster {paymaster} has {used} pending operations, {allowed} are allowed (UREP-020)");
            }
        }

        return null;
    }

    private bool IsStaked(AdmissionContext context, Address address) =>
        _rules.Has(Erc7562Rule.Srep040) && context.Facts.Stakes.TryGetValue(address, out StakeInfo info) && stake.IsStaked(info);
}
