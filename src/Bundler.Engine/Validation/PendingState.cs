using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>
/// Re-reads what earlier validations depended on, for many operations in one batch. ERC-7562 makes validation a function of this state: where
/// nothing of it has changed, a second validation comes out the same without being run.
/// </summary>
internal sealed class PendingState
{
    private readonly EthBatch _batch;
    private readonly Dictionary<(Address, Hash32), Pending<Hash32>> _slots = [];
    private readonly Dictionary<Address, Pending<UInt256>> _balances = [];
    private readonly Dictionary<(Address EntryPoint, Address Entity), Pending<Bytes>> _stakes = [];
    private readonly Dictionary<Address, Pending<ulong>> _transactionCounts = [];
    private readonly PendingCodeHashes _codes;
    private readonly Lazy<IReadOnlyDictionary<Address, Hash32>> _hashes;

    public PendingState(EthBatch batch, IReadOnlyList<ValidatedOperation> operations)
    {
        _batch = batch;
        foreach (ValidatedOperation each in operations)
        {
            Ask(each);
        }

        _codes = PendingCodeHashes.Ask(batch, [.. operations.SelectMany(each => each.Validation.CodeHashes.Keys).Distinct()]);
        _hashes = new(_codes.Read);
    }

    /// <summary>An address whose code is not what it was; the sender's own deployment in the meantime is no such change (COD-010).</summary>
    public Address? ChangedCode(ValidatedOperation each)
    {
        foreach ((Address address, Hash32 before) in each.Validation.CodeHashes)
        {
            bool cameIntoBeing = address == each.Operation.Sender && before == Keccak256.Empty;
            if (_hashes.Value[address] != before && !cameIntoBeing)
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
        && each.Validation.CodeHashes.All(code => _hashes.Value[code.Key] == code.Value)
        && (each.Validation.PaidFromBalance.IsZero || _balances[each.Operation.Sender].Value >= each.Validation.PaidFromBalance)
        && StakesOf(each).All(stake => IsSameStake(each.EntryPoint, stake));

    private bool HasFreshTuple(ValidatedOperation each) =>
        each.Operation.Eip7702Auth is not { } tuple || _transactionCounts[each.Operation.Sender].Value == tuple.Nonce;

    private bool HasSameSlots(ValidatedOperation each)
    {
        (Address, Hash32) deposit = (each.EntryPoint.Address, PayerDeposit.Slot(each));
        foreach (((Address Contract, Hash32 Slot) key, Hash32 before) in each.Validation.ReadValues)
        {
            Hash32 now = _slots[key].Value;
            if (now != before && !(key == deposit && PayerDeposit.StillCovers(each, before, now)))
            {
                return false;
            }
        }

        return true;
    }

    private void Ask(ValidatedOperation each)
    {
        foreach ((Address contract, Hash32 slot) in each.Validation.ReadValues.Keys)
        {
            if (!_slots.ContainsKey((contract, slot)))
            {
                _slots[(contract, slot)] = _batch.GetStorageAt(contract, slot, BlockTag.Latest);
            }
        }

        if (!each.Validation.PaidFromBalance.IsZero && !_balances.ContainsKey(each.Operation.Sender))
        {
            _balances[each.Operation.Sender] = _batch.GetBalance(each.Operation.Sender, BlockTag.Latest);
        }

        if (each.Operation.Eip7702Auth is not null && !_transactionCounts.ContainsKey(each.Operation.Sender))
        {
            _transactionCounts[each.Operation.Sender] = _batch.GetTransactionCount(each.Operation.Sender, BlockTag.Latest);
        }

        Address entryPoint = each.EntryPoint.Address;
        foreach (StakeInfo stake in StakesOf(each).Where(stake => !_stakes.ContainsKey((entryPoint, stake.Address))))
        {
            Bytes data = EntryPointCalls.GetDepositInfo.EncodeCall(stake.Address);
            _stakes[(entryPoint, stake.Address)] = _batch.Call(new CallRequest { To = entryPoint, Data = data }, BlockTag.Latest);
        }
    }

    // Only a stake that was there can have been unlocked; a deposit that mattered is among the slots.
    private static IEnumerable<StakeInfo> StakesOf(ValidatedOperation each) => each.Validation.Stakes.Values.Where(stake => !stake.Stake.IsZero);

    private bool IsSameStake(EntryPoint entryPoint, StakeInfo before)
    {
        StakeInfo now = EntryPointCalls.DecodeDepositInfo(before.Address, _stakes[(entryPoint.Address, before.Address)].Value);
        return now.Stake == before.Stake && now.UnstakeDelaySec == before.UnstakeDelaySec;
    }
}
