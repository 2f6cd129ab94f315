using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>What shall be read of the newest state, collected from many; each thing is asked once.</summary>
internal sealed class StateQuestions
{
    private const int DepositInfoSize = 5 * Hash32.Size;

    private readonly HashSet<StateQuestion> _questions = [];
    private readonly Dictionary<Address, HashSet<Hash32>> _slots = [];
    private readonly HashSet<Address> _transactionCounts = [];

    /// <summary>Of accounts and the EntryPoints' functions.</summary>
    public IReadOnlyCollection<StateQuestion> Direct => _questions;

    /// <summary>Contract → slots.</summary>
    public IReadOnlyDictionary<Address, HashSet<Hash32>> Slots => _slots;

    public IReadOnlyCollection<Address> TransactionCounts => _transactionCounts;

    public void Account(Address address) => _questions.Add(StateQuestion.OfAccount(address));

    public void DepositInfo(Address entryPoint, Address entity) => _questions.Add(DepositInfoQuestion(entryPoint, entity));

    /// <summary>The next sequence of a nonce key at the EntryPoint.</summary>
    public void Nonce(Address entryPoint, Address sender, UInt256 key) => _questions.Add(NonceQuestion(entryPoint, sender, key));

    public void Slot(Address contract, Hash32 slot)
    {
        if (!_slots.TryGetValue(contract, out HashSet<Hash32>? slots))
        {
            _slots[contract] = slots = [];
        }

        slots.Add(slot);
    }

    /// <summary>The nonce of the account's own transactions, which no contract can see: a request of its own.</summary>
    public void TransactionCount(Address account) => _transactionCounts.Add(account);

    internal static StateQuestion DepositInfoQuestion(Address entryPoint, Address entity) =>
        new(entryPoint, EntryPointCalls.GetDepositInfo.EncodeCall(entity), DepositInfoSize);

    internal static StateQuestion NonceQuestion(Address entryPoint, Address sender, UInt256 key) =>
        new(entryPoint, EntryPointCalls.GetNonce.EncodeCall(sender, key), Hash32.Size);
}
