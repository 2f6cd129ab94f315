using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>The answers to <see cref="StateQuestions"/>; what was not asked is not known.</summary>
internal sealed class StateAnswers
{
    private readonly Dictionary<StateQuestion, Bytes> _direct = [];
    private readonly Dictionary<(Address, Hash32), Hash32> _slots = [];
    private readonly Dictionary<Address, ulong> _transactionCounts = [];

    public AccountState Account(Address address)
    {
        ReadOnlySpan<byte> words = _direct[StateQuestion.OfAccount(address)];
        return AccountState.Of(new Hash32(words[..32]), UInt256.FromBigEndian(words[32..64]), words[64..]);
    }

    public StakeInfo DepositInfo(Address entryPoint, Address entity) =>
        EntryPointCalls.DecodeDepositInfo(entity, _direct[StateQuestions.DepositInfoQuestion(entryPoint, entity)]);

    public UserOperationNonce Nonce(Address entryPoint, Address sender, UInt256 key) =>
        UserOperationNonce.Of(UInt256.FromBigEndian(_direct[StateQuestions.NonceQuestion(entryPoint, sender, key)]));

    public Hash32 Slot(Address contract, Hash32 slot) => _slots[(contract, slot)];

    public ulong TransactionCount(Address account) => _transactionCounts[account];

    public void Add(StateQuestion question, Bytes answer) => _direct[question] = answer;

    public void Add(Address contract, Hash32 slot, Hash32 value) => _slots[(contract, slot)] = value;

    public void Add(Address account, ulong transactionCount) => _transactionCounts[account] = transactionCount;
}
