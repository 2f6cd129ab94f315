using System.Text.Json.Nodes;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.ChainTests.Validation;

/// <summary>What is read by two calls is what the node says when it is asked one by one.</summary>
[TestFixture(EntryPointVersion.V06)]
[TestFixture(EntryPointVersion.V07)]
[TestFixture(EntryPointVersion.V08)]
[TestFixture(EntryPointVersion.V09)]
public sealed class StateReaderTests(EntryPointVersion version)
{
    private static readonly Address _delegated = A.AddressOf(7702);

    private ValidationRig _rig = null!;
    private SimpleAccountWallet _deployed = null!;
    private SimpleAccountWallet _funded = null!;
    private EntryPoint _entryPoint = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _rig = await ValidationRig.StartAsync();
        _deployed = await _rig.WalletAsync(version, 1);
        _funded = await _rig.WalletAsync(version, 2);
        _entryPoint = _deployed.EntryPoint;
        await _rig.IncludeAsync(_entryPoint, _deployed.Signed());
        await _rig.SendAsync(_entryPoint.Address, EntryPointCalls.DepositTo.EncodeCall(_funded.Address), "0x3039");
        await _rig.SendAsync(_entryPoint.Address, EntryPointCalls.AddStake.EncodeCall((UInt256)86_400), "0xde0b6b3a7640000");
        await _rig.Anvil.RpcAsync("anvil_setCode", _delegated.ToLowerHex(), HandleOpsCall.DelegationCode(_deployed.Address).ToString());
        await _rig.Anvil.RpcAsync("anvil_setStorageAt", _delegated.ToLowerHex(), Hash32.From(4).ToString(), Hash32.From(44).ToString());
        await _rig.Anvil.RpcAsync("anvil_setNonce", _delegated.ToLowerHex(), "0x9");
    }

    [OneTimeTearDown]
    public ValueTask EndAsync() => _rig.DisposeAsync();

    [Test]
    public async Task Accounts_are_as_the_node_tells_them_one_by_one()
    {
        Address precompile = A.AddressOf(4 - 0x10000);
        foreach (Address address in new[]
        {
            _deployed.Address, _deployed.Factory, _entryPoint.Address, _funded.Address, _delegated, A.AddressOf(404), precompile, DevAccounts.All[0].Address,
        })
        {
            await AssertAccountAsync(address);
        }

        Assert.That((await AccountAsync(_delegated)).Delegate, Is.EqualTo(_deployed.Address));
        Assert.That((await AccountAsync(_deployed.Address)).Delegate, Is.Null);
        Assert.That(await AccountAsync(A.AddressOf(404)), Is.EqualTo(A.Absent));
        Assert.That((await AccountAsync(_funded.Address)).HasCode, Is.False);
    }

    [Test]
    public async Task What_changes_of_an_account_is_seen()
    {
        Address account = A.AddressOf(99);
        await _rig.Anvil.RpcAsync("anvil_setBalance", account.ToLowerHex(), "0x7");
        await AssertAccountAsync(account);
        await _rig.Anvil.RpcAsync("anvil_setBalance", account.ToLowerHex(), "0x6");
        await AssertAccountAsync(account);
        await _rig.Anvil.RpcAsync("anvil_setCode", account.ToLowerHex(), "0x6001");
        await AssertAccountAsync(account);
        await _rig.Anvil.RpcAsync("anvil_setStorageAt", account.ToLowerHex(), Hash32.Zero.ToString(), Hash32.From(1).ToString());
        await AssertSlotsAsync((account, [Hash32.Zero]));
        await _rig.Anvil.RpcAsync("anvil_setStorageAt", account.ToLowerHex(), Hash32.Zero.ToString(), Hash32.From(2).ToString());
        await AssertSlotsAsync((account, [Hash32.Zero]));
    }

    [Test]
    public Task Slots_are_as_the_node_tells_them_one_by_one() => AssertSlotsAsync(
        (_entryPoint.Address, [Hash32.Zero, DepositSlot(_funded.Address), DepositSlot(DevAccounts.All[0].Address), Keccak256.Empty]),
        (_deployed.Address, [Hash32.Zero, Hash32.From(1), Hash32.Parse("0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc")]),
        (_funded.Address, [Hash32.Zero]),
        (_delegated, [Hash32.From(4), Hash32.From(5)]),
        (A.AddressOf(404), [Hash32.From(1)]));

    [Test]
    public async Task Many_slots_are_read_by_few_calls_within_what_a_node_lets_a_call_cost()
    {
        Address contract = A.AddressOf(1_000);
        StateQuestions questions = new();
        for (int slot = 0; slot < 2_000; slot++)
        {
            questions.Slot(contract, Hash32.From(slot));
        }

        Hash32 last = Hash32.From(1_999);
        await _rig.Anvil.RpcAsync("anvil_setStorageAt", contract.ToLowerHex(), last.ToString(), Hash32.From(77).ToString());
        long before = _rig.Counter.Of("eth_call");

        StateAnswers answers = await ReadAsync(questions);

        Assert.That(answers.Slot(contract, last), Is.EqualTo(Hash32.From(77)));
        Assert.That(answers.Slot(contract, Hash32.Zero), Is.EqualTo(Hash32.Zero));
        Assert.That(_rig.Counter.Of("eth_call") - before, Is.EqualTo(3));
    }

    [Test]
    public async Task What_the_EntryPoint_says_is_what_it_says_when_asked_alone()
    {
        StateQuestions questions = new();
        foreach (Address entity in new[] { DevAccounts.All[0].Address, _funded.Address, A.AddressOf(404) })
        {
            questions.DepositInfo(_entryPoint.Address, entity);
        }

        questions.Nonce(_entryPoint.Address, _deployed.Address, 0);
        questions.TransactionCount(_delegated);

        StateAnswers answers = await ReadAsync(questions);

        Assert.That(
            answers.DepositInfo(_entryPoint.Address, DevAccounts.All[0].Address),
            Is.EqualTo(new StakeInfo(DevAccounts.All[0].Address, 1_000_000_000_000_000_000, 86_400, await DepositAsync(DevAccounts.All[0].Address))));
        Assert.That(answers.DepositInfo(_entryPoint.Address, _funded.Address), Is.EqualTo(StakeInfo.None(_funded.Address) with { Deposit = 12_345 }));
        Assert.That(answers.DepositInfo(_entryPoint.Address, A.AddressOf(404)), Is.EqualTo(StakeInfo.None(A.AddressOf(404))));
        Assert.That(answers.Nonce(_entryPoint.Address, _deployed.Address, 0).Sequence, Is.EqualTo(1));
        Assert.That(answers.TransactionCount(_delegated), Is.EqualTo(9));
    }

    [Test]
    public async Task A_node_that_takes_no_state_overrides_tells_the_same()
    {
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(_rig.Anvil.Url);
        proxy.Fail(
            new ProxyFault.Refuse(-32602, "too many arguments, want at most 2") { When = parameters => parameters is JsonArray { Count: > 2 } }, "eth_call");
        using HttpTransport http = new(new HttpTransportOptions { Url = proxy.Url }, TimeProvider.System);
        StateReader refused = new(new EthClient(http), TimeProvider.System, NullLogger<StateReader>.Instance);
        StateQuestions questions = new();
        questions.Account(_deployed.Address);
        foreach (Hash32 slot in new[] { DepositSlot(_funded.Address), Hash32.From(4) })
        {
            questions.Slot(_entryPoint.Address, slot);
            questions.Slot(_delegated, slot);
        }

        StateAnswers first = await refused.ReadAsync(questions, CancellationToken.None);
        StateAnswers second = await refused.ReadAsync(questions, CancellationToken.None);

        StateAnswers expected = await ReadAsync(questions);
        foreach (StateAnswers answers in new[] { first, second })
        {
            Assert.That(answers.Account(_deployed.Address), Is.EqualTo(expected.Account(_deployed.Address)));
            Assert.That(answers.Slot(_entryPoint.Address, DepositSlot(_funded.Address)), Is.EqualTo(expected.Slot(_entryPoint.Address, DepositSlot(_funded.Address))));
            Assert.That(answers.Slot(_delegated, Hash32.From(4)), Is.EqualTo(Hash32.From(44)));
        }

        Assert.That(proxy.CountOf("eth_getStorageAt"), Is.EqualTo(8));
        Assert.That(proxy.CountOf("eth_call"), Is.EqualTo(3), "overrides were tried once");
    }

    private async Task AssertAccountAsync(Address address)
    {
        AccountState account = await AccountAsync(address);

        Bytes code = await _rig.Eth.GetCodeAsync(address, BlockTag.Latest, CancellationToken.None);
        Assert.That(account.CodeHash, Is.EqualTo(Keccak256.Hash(code)), $"{address}");
        Assert.That(account.Balance, Is.EqualTo(await _rig.Eth.GetBalanceAsync(address, BlockTag.Latest, CancellationToken.None)), $"{address}");
        Assert.That(account.Delegate, Is.EqualTo(Eip7702.DelegateOf(code)), $"{address}");
    }

    private async Task AssertSlotsAsync(params (Address Contract, Hash32[] Slots)[] asked)
    {
        StateQuestions questions = new();
        foreach ((Address contract, Hash32 slot) in asked.SelectMany(each => each.Slots.Select(slot => (each.Contract, slot))))
        {
            questions.Slot(contract, slot);
        }

        long before = _rig.Counter.Of("eth_getStorageAt");
        StateAnswers answers = await ReadAsync(questions);
        Assert.That(_rig.Counter.Of("eth_getStorageAt"), Is.EqualTo(before), "together");
        foreach ((Address contract, Hash32 slot) in asked.SelectMany(each => each.Slots.Select(slot => (each.Contract, slot))))
        {
            Hash32 alone = await _rig.Eth.GetStorageAtAsync(contract, slot, BlockTag.Latest, CancellationToken.None);
            Assert.That(answers.Slot(contract, slot), Is.EqualTo(alone), $"{contract} {slot}");
        }
    }

    private async Task<AccountState> AccountAsync(Address address)
    {
        StateQuestions questions = new();
        questions.Account(address);
        return (await ReadAsync(questions)).Account(address);
    }

    private async Task<UInt256> DepositAsync(Address account)
    {
        CallRequest call = new() { To = _entryPoint.Address, Data = EntryPointCalls.BalanceOf.EncodeCall(account) };
        return UInt256.FromBigEndian(await _rig.Eth.CallAsync(call, BlockTag.Latest, CancellationToken.None));
    }

    private static Hash32 DepositSlot(Address account) => Keccak256.Hash(Bytes.Concat(account.ToWord().ToBytes(), Hash32.Zero.ToBytes()));

    private Task<StateAnswers> ReadAsync(StateQuestions questions) => _rig.State.ReadAsync(questions, CancellationToken.None);
}
