using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>
/// What earlier validations depended on, as it is now. ERC-7562 makes validation a function of this state: where nothing of it has changed, a second
/// validation comes out the same without being run.
/// </summary>
internal sealed class PendingState(StateAnswers answers)
{
    /// <summary>The questions about one operation's validation.</summary>
    public static void Ask(StateQuestions questions, ValidatedOperation each)
    {
        // What has to be run again anyway need not be compared.
        foreach ((Address contract, Hash32 slot) in each.Validation.DependsOnBalances ? [] : each.Validation.ReadValues.Keys)
        {
            questions.Slot(contract, slot);
        }

        foreach (Address visited in each.Validation.CodeHashes.Keys)
        {
            questions.Account(visited);
        }

        foreach (Address entity in each.Validation.Stakes.Keys)
        {
            questions.DepositInfo(each.EntryPoint.Address, entity);
        }
    }

    /// <summary>An address whose code is not what it was; the sender's own deployment in the meantime is no such change (COD-010).</summary>
    public Address? ChangedCode(ValidatedOperation each)
    {
        foreach ((Address address, Hash32 before) in each.Validation.CodeHashes)
        {
            bool cameIntoBeing = address == each.Operation.Sender && before == Keccak256.Empty;
            if (answers.Account(address).CodeHash != before && !cameIntoBeing)
            {
                return address;
            }
        }

        return null;
    }

    public bool IsUnchanged(ValidatedOperation each) =>
        !each.Validation.DependsOnBalances
        && each.Validation.ReadValues.Count > 0
        && HasSameSlots(each)
        && HasFreshTuple(each)
        && each.Validation.CodeHashes.All(code => answers.Account(code.Key).CodeHash == code.Value)
        && (each.Validation.PaidFromBalance.IsZero || answers.Account(each.Operation.Sender).Balance >= each.Validation.PaidFromBalance)
        && each.Validation.Stakes.Values.All(stake => HasStillStake(each.EntryPoint, stake));

    /// <summary>Stakes and deposits of the operation's entities.</summary>
    public IReadOnlyDictionary<Address, StakeInfo> Stakes(ValidatedOperation each) => new CompactMap<Address, StakeInfo>(
        each.Validation.Stakes.Keys.ToDictionary(entity => entity, entity => answers.DepositInfo(each.EntryPoint.Address, entity)));

    private bool HasFreshTuple(ValidatedOperation each) =>
        each.Operation.Eip7702Auth is not { } tuple || answers.TransactionCount(each.Operation.Sender) == tuple.Nonce;

    private bool HasSameSlots(ValidatedOperation each)
    {
        (Address, Hash32) deposit = (each.EntryPoint.Address, PayerDeposit.Slot(each));
        foreach (((Address Contract, Hash32 Slot) key, Hash32 before) in each.Validation.ReadValues)
        {
            Hash32 now = answers.Slot(key.Contract, key.Slot);
            if (now != before && !(key == deposit && PayerDeposit.StillCovers(each, before, now)))
            {
                return false;
            }
        }

        return true;
    }

    // Only a stake that was there can have been unlocked; a deposit that mattered is among the slots.
    private bool HasStillStake(EntryPoint entryPoint, StakeInfo before)
    {
        if (before.Stake.IsZero)
        {
            return true;
        }

        StakeInfo now = answers.DepositInfo(entryPoint.Address, before.Address);
        return now.Stake == before.Stake && now.UnstakeDelaySec == before.UnstakeDelaySec;
    }
}
