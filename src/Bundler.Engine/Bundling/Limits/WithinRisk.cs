using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission.Machine;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Bundling.Limits;

/// <summary>
/// What the bundle would cost if it reverted is no more than the purse has room for, and for strangers no more than strangers may risk. Whose
/// bundle reverted not long ago travels alone: then only its own validation is lost.
/// </summary>
internal sealed class WithinRisk(RiskPurse purse, TrackRecord record, RiskWatch watch) : IBundleLimit
{
    public string? Check(BundleDraft draft, MempoolEntry next)
    {
        if (draft.Entries.Count > 0 && (record.TravelsAlone(next.Operation.Sender) || record.TravelsAlone(draft.Entries[0].Operation.Sender)))
        {
            return "a bundle reverted because of its sender: it travels alone";
        }

        if (!purse.IsBounded)
        {
            return null;
        }

        UInt256 gas = draft.GasAtRisk + BundleGas.AtRisk(draft.EntryPoint, next.Operation, next.CalldataTokens);
        UInt256 wei = gas * FeeSchedule.First(draft.Fees).MaxFeePerGas;
        if (wei <= purse.Room(hasStrangers: true))
        {
            return null;
        }

        bool hasStrangers = !record.Has(next) || !draft.Entries.All(record.Has);
        if (!hasStrangers && wei <= purse.Room(hasStrangers: false))
        {
            return null;
        }

        watch.Short(hasStrangers);
        return hasStrangers ? "the purse has no room for operations without a record" : "the purse has no room";
    }
}
