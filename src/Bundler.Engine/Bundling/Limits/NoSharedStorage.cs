using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Bundling.Limits;

/// <summary>
/// No storage conflict, neither within the bundle nor with those in flight: validation of one sender's operation does not write what validation
/// of another's uses (ERC-7562, bundling), and does not visit the other sender (STO-041). What a staked factory or paymaster keeps in its own storage
/// may change within the bundle: third validation sees it, and its stake answers for it. Where another staked entity of the operation might be the one
/// that looks (STO-033), it would answer for what a stranger wrote: then they are kept apart.
/// </summary>
internal sealed class NoSharedStorage(StakePolicy stakes, RuleSet? rules = null) : IBundleLimit
{
    private readonly RuleSet _rules = rules ?? RuleSet.All;

    public string? Check(BundleDraft draft, MempoolEntry next) =>
        Check(draft.Inside, next, "the bundle", contract => AnswersAlone(next, contract)) ?? Check(draft.InFlight, next, "a bundle in flight", mayChange: null);

    private string? Check(Footprint others, MempoolEntry next, string where, Func<Address, bool>? mayChange)
    {
        if (_rules.Has(Erc7562Rule.Sto041) && others.VisitedSender(next) is { } sender)
        {
            return $"account {sender} is used by validation of another operation of {where}";
        }

        return others.Conflict(next, mayChange) is { } conflict ? $"slot {conflict.Slot} of {conflict.Contract} is used by another operation of {where}" : null;
    }

    private bool AnswersAlone(MempoolEntry entry, Address contract) =>
        (contract == entry.Operation.Factory || contract == entry.Operation.Paymaster)
        && IsStaked(entry, contract)
        && entry.Entities.All(entity => entity.Address == contract || !IsStaked(entry, entity.Address));

    private bool IsStaked(MempoolEntry entry, Address address) =>
        entry.Validation?.Stakes.TryGetValue(address, out StakeInfo stake) == true && stakes.IsStaked(stake);
}
