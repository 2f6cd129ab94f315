using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Engine.Validation;

public sealed class StateReaderTests
{
    private static readonly Address _entryPoint = A.EntryPoint.Address;
    private static readonly Bytes _code = Bytes.Parse("0x6000");

    private FakeState _state = null!;
    private FakeNode _node = null!;
    private ManualTimeProvider _clock = null!;
    private StateReader _reader = null!;

    [SetUp]
    public void Begin()
    {
        _state = new FakeState { Calls = (to, data) => to == _entryPoint ? Answer(data) : null };
        _state.Accounts[A.Account] = (_code, 7);
        _state.Accounts[A.Paymaster] = (HandleOpsCall.DelegationCode(A.Contract), 8);
        _node = _state.Script(new FakeNode()).Answers("eth_getTransactionCount", "0x5");
        _clock = new ManualTimeProvider();
        _reader = new StateReader(new EthClient(_node), _clock, NullLogger<StateReader>.Instance);
    }

    [Test]
    public async Task All_that_is_asked_comes_by_two_calls_in_one_batch()
    {
        StateQuestions questions = Slots(3);
        questions.Account(A.Account);
        questions.Account(A.Paymaster);
        questions.Account(A.Factory);
        questions.DepositInfo(_entryPoint, A.Paymaster);
        questions.Nonce(_entryPoint, A.Account, 9);
        questions.TransactionCount(A.Account);

        StateAnswers answers = await ReadAsync(questions);

        Assert.That(_node.BatchSizes, Is.EqualTo(new[] { 3 }), "accounts and calls, slots, a transaction count");
        Assert.That(answers.Account(A.Account), Is.EqualTo(new AccountState(Keccak256.Hash(_code), 7, null)));
        Assert.That(answers.Account(A.Paymaster).Delegate, Is.EqualTo(A.Contract));
        Assert.That(answers.Account(A.Factory), Is.EqualTo(A.Absent));
        Assert.That(answers.DepositInfo(_entryPoint, A.Paymaster), Is.EqualTo(new StakeInfo(A.Paymaster, 3, 4, 1)));
        Assert.That(answers.Nonce(_entryPoint, A.Account, 9), Is.EqualTo(new UserOperationNonce(9, 6)));
        Assert.That(answers.TransactionCount(A.Account), Is.EqualTo(5));
        AssertSlots(answers, 3);
    }

    [Test]
    public async Task More_slots_than_a_call_holds_are_asked_by_as_many_calls_as_they_need()
    {
        StateAnswers answers = await ReadAsync(Slots(1_000));

        Assert.That(_node.BatchSizes, Is.EqualTo(new[] { 3 }), "1,000 slots of each of two contracts");
        AssertSlots(answers, 1_000);
    }

    [Test]
    public async Task What_is_asked_twice_is_read_once()
    {
        StateQuestions questions = new();
        questions.Account(A.Account);
        questions.Account(A.Account);
        questions.Slot(A.Account, Hash32.Zero);
        questions.Slot(A.Account, Hash32.Zero);

        await ReadAsync(questions);

        Assert.That(_node.ParamsOf("eth_call")[0][0].GetProperty("data").GetString()!.Length, Is.EqualTo(StateCall.Of(questions.Direct).Single().Request.Data.ToString().Length));
        Assert.That(questions.Slots[A.Account], Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Nothing_to_ask_is_no_request()
    {
        await ReadAsync(new StateQuestions());

        Assert.That(_node.Requests, Is.Empty);
    }

    [TestCase(-32602, "too many arguments, want at most 2")]
    [TestCase(-32000, "state overrides are not supported")]
    public async Task A_node_that_refuses_overrides_is_asked_slot_by_slot(int code, string message)
    {
        _node.On("eth_call", parameters => parameters.GetArrayLength() > 2 ? throw new JsonRpcException(new JsonRpcError(code, message)) : _state.Call(parameters));

        AssertSlots(await ReadAsync(Slots(2)), 2);
        AssertSlots(await ReadAsync(Slots(2)), 2);

        Assert.That(_node.CountOf("eth_getStorageAt"), Is.EqualTo(8));
        Assert.That(_node.ParamsOf("eth_call").Count(parameters => parameters.GetArrayLength() > 2), Is.EqualTo(1), "once refused is enough");
    }

    [Test]
    public async Task A_node_that_ignores_overrides_is_found_out()
    {
        _state.IgnoresOverrides = true;

        AssertSlots(await ReadAsync(Slots(2)), 2);

        Assert.That(_node.CountOf("eth_getStorageAt"), Is.EqualTo(4));
    }

    [Test]
    public async Task Contracts_that_answer_anything_do_not_hide_that_overrides_were_ignored()
    {
        FakeState liar = new() { Calls = (to, data) => to == A.Account || to == A.Contract ? Bytes.Own(new byte[data.Length]) : null, IgnoresOverrides = true };
        _node.On("eth_call", liar.Call);

        AssertSlots(await ReadAsync(Slots(2)), 2);
    }

    [Test]
    public async Task Overrides_are_tried_again_after_a_while()
    {
        _state.IgnoresOverrides = true;
        await ReadAsync(Slots(1));
        _state.IgnoresOverrides = false;
        _clock.Advance(StateReader.OverridesAgainAfter);

        AssertSlots(await ReadAsync(Slots(1)), 1);

        Assert.That(_node.CountOf("eth_getStorageAt"), Is.EqualTo(2), "only those of the first time");
    }

    [Test]
    public async Task A_node_that_refuses_everything_is_not_taken_for_one_that_refuses_overrides()
    {
        StateQuestions questions = Slots(1);
        questions.Account(A.Account);
        _node.Refuses("eth_call", -32005, "rate limit exceeded");

        Assert.That(async () => await ReadAsync(questions), Throws.TypeOf<JsonRpcException>());
        _node.On("eth_call", _state.Call);
        AssertSlots(await ReadAsync(Slots(1)), 1);

        Assert.That(_node.CountOf("eth_getStorageAt"), Is.Zero);
    }

    private static Bytes? Answer(Bytes data) =>
        data == EntryPointCalls.GetDepositInfo.EncodeCall(A.Paymaster) ? Bytes.Concat([.. new[] { 1, 1, 3, 4, 0 }.Select(word => Hash32.From(word).ToBytes())])
        : data == EntryPointCalls.GetNonce.EncodeCall(A.Account, (UInt256)9) ? Hash32.From(new UserOperationNonce(9, 6).Value).ToBytes()
        : null;

    private StateQuestions Slots(int count)
    {
        StateQuestions questions = new();
        foreach (Address contract in new[] { A.Account, A.Contract })
        {
            for (int i = 0; i < count; i++)
            {
                questions.Slot(contract, Hash32.From(i));
                _state.Slots[(contract, Hash32.From(i))] = Value(contract, i);
            }
        }

        return questions;
    }

    private static void AssertSlots(StateAnswers answers, int count)
    {
        foreach (Address contract in new[] { A.Account, A.Contract })
        {
            Assert.That(
                Enumerable.Range(0, count).Select(i => answers.Slot(contract, Hash32.From(i))),
                Is.EqualTo(Enumerable.Range(0, count).Select(i => Value(contract, i))));
        }
    }

    private static Hash32 Value(Address contract, int slot) => Keccak256.Hash(Bytes.Concat(contract.ToBytes(), Hash32.From(slot).ToBytes()));

    private Task<StateAnswers> ReadAsync(StateQuestions questions) => _reader.ReadAsync(questions, CancellationToken.None);
}
