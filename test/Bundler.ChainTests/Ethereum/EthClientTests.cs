using System.Text.Json;
using Bundler.Ethereum.Access;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.ChainTests.Ethereum;

/// <summary>The typed client against a real node, over both ways to it.</summary>
[TestFixture("http")]
[TestFixture("ws")]
public sealed class EthClientTests(string scheme)
{
    // RETURN(SLOAD(0) ‖ TIMESTAMP).
    private static readonly Bytes SlotAndTime = Bytes.Parse("0x5f545f524260205260405ff3");

    // REVERT(0xff).
    private static readonly Bytes Reverting = Bytes.Parse("0x60ff5f5360015ffd");

    private static readonly Address Somewhere = Address.Parse("0x00000000000000000000000000000000000c0de5");
    private static readonly DevAccount Rich = DevAccounts.All[0];

    private AnvilProcess _anvil = null!;
    private IJsonRpcTransport _transport = null!;
    private EthClient _eth = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _anvil = await AnvilProcess.StartAsync();
        _transport = scheme == "http"
            ? new HttpTransport(new HttpTransportOptions { Url = _anvil.Url }, TimeProvider.System)
            : new WebSocketTransport(new WebSocketTransportOptions { Url = _anvil.WebSocketUrl }, TimeProvider.System);
        _eth = new EthClient(_transport);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        (_transport as IDisposable)?.Dispose();
        if (_transport is IAsyncDisposable socket)
        {
            await socket.DisposeAsync();
        }

        await _anvil.DisposeAsync();
    }

    [Test]
    public async Task Reads_the_chain_in_one_batch()
    {
        EthBatch batch = _eth.Batch();
        Pending<ulong> chainId = batch.ChainId();
        Pending<BlockHeader?> block = batch.GetBlock(BlockTag.Number(0));
        Pending<Bytes> code = batch.GetCode(Deployments.EntryPointV07, BlockTag.Latest);
        Pending<UInt256> balance = batch.GetBalance(DevAccounts.All[9].Address, BlockTag.ByHash((await _eth.GetBlockAsync(BlockTag.Latest, default))!.Hash));
        Pending<FeeHistory> fees = batch.FeeHistory(1, BlockTag.Latest, [50]);

        await batch.SendAsync(default);

        Assert.That(chainId.Value, Is.EqualTo(1337ul));
        Assert.That(block.Value!.GasLimit, Is.EqualTo(60_000_000ul));
        Assert.That(code.Value.Length, Is.EqualTo(16_035));
        Assert.That(balance.Value, Is.EqualTo(UInt256.ParseDecimal("1000000000000000000000000")));
        Assert.That(fees.Value.BaseFeePerGas, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Calls_on_a_state_and_a_block_that_are_not_the_chains()
    {
        StateOverride state = StateOverride.Of(Somewhere, new AccountOverride
        {
            Code = SlotAndTime,
            StateDiff = new Dictionary<Hash32, Hash32> { [Hash32.Zero] = Hash32.From(7) },
        });

        Bytes result = await _eth.CallAsync(
            new CallRequest { To = Somewhere }, BlockTag.Latest, state, new BlockOverride { Time = 4_000_000_000 }, default);

        Assert.That(result, Is.EqualTo(Bytes.Concat(Hash32.From(7).ToBytes(), Hash32.From(4_000_000_000ul).ToBytes())));
    }

    [Test]
    public async Task A_call_that_reverts_gives_its_data()
    {
        StateOverride state = StateOverride.Of(Somewhere, new AccountOverride { Code = Reverting });

        CallRevertedException? called = await Assert.ThrowsAsync<CallRevertedException>(
            () => _eth.CallAsync(new CallRequest { To = Somewhere }, BlockTag.Latest, state, default));
        CallRevertedException? estimated = await Assert.ThrowsAsync<CallRevertedException>(
            () => _eth.EstimateGasAsync(new CallRequest { To = Somewhere }, BlockTag.Latest, state, default));

        Assert.That(called!.RevertData, Is.EqualTo(Bytes.Parse("0xff")));
        Assert.That(estimated!.RevertData, Is.EqualTo(Bytes.Parse("0xff")));
    }

    [Test]
    public async Task A_transaction_goes_from_its_bytes_to_its_receipt()
    {
        SignedTransaction signed = await SignAsync(gasLimit: 21_000, maxFeePerGas: 10_000_000_000);

        Hash32 hash = await _eth.SendRawTransactionAsync(signed.Raw, default);
        TransactionReceipt? receipt = null;
        await Eventually.Async(async () => (receipt = await _eth.GetTransactionReceiptAsync(hash, default)) is not null, Eventually.Patience, "mined");
        TransactionInfo? transaction = null;
        await Eventually.Async(
            async () => (transaction = await _eth.GetTransactionByHashAsync(hash, default)) is { BlockHash: not null },
            Eventually.Patience,
            "anvil has taken it out of its pool, which for a moment outlives the block");
        IReadOnlyList<TransactionReceipt>? ofBlock = await _eth.GetBlockReceiptsAsync(BlockTag.Number(receipt!.BlockNumber), default);
        JsonElement trace = await new DebugClient(_transport).TraceTransactionAsync(hash, "callTracer", null, TimeSpan.FromSeconds(5), default);

        Assert.That(hash, Is.EqualTo(signed.Hash));
        Assert.That(receipt.Success, Is.True);
        Assert.That(receipt.GasUsed, Is.EqualTo(21_000ul));
        Assert.That(receipt.From, Is.EqualTo(Rich.Address));
        Assert.That(receipt.Type, Is.EqualTo(2));
        Assert.That(transaction!.BlockHash, Is.EqualTo(receipt.BlockHash));
        Assert.That(ofBlock!.Select(other => other.TransactionHash), Does.Contain(hash));
        Assert.That(trace.GetProperty("type").GetString(), Is.EqualTo("CALL"));
    }

    [TestCase(21_000ul, 0ul, SendErrorKind.FeeCapTooLow)]
    [TestCase(1_000_000ul, ulong.MaxValue, SendErrorKind.InsufficientFunds)]
    [TestCase(61_000_000ul, 10_000_000_000ul, SendErrorKind.GasLimitExceeded)]
    public async Task A_refusal_is_understood(ulong gasLimit, ulong maxFeePerGas, SendErrorKind expected)
    {
        SignedTransaction signed = await SignAsync(gasLimit, maxFeePerGas);

        Assert.That(await RefusalAsync(signed), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_transaction_that_is_mined_already_has_a_nonce_too_low()
    {
        SignedTransaction signed = await SignAsync(gasLimit: 21_000, maxFeePerGas: 10_000_000_000);
        await _eth.SendRawTransactionAsync(signed.Raw, default);
        await Eventually.Async(
            async () => await _eth.GetTransactionReceiptAsync(signed.Hash, default) is not null, Eventually.Patience, "mined");

        Assert.That(await RefusalAsync(signed), Is.EqualTo(SendErrorKind.NonceTooLow).Or.EqualTo(SendErrorKind.AlreadyKnown));
    }

    [Test]
    public async Task Traces_a_call_on_a_state_that_is_not_the_chains()
    {
        JsonElement trace = await new DebugClient(_transport).TraceCallAsync(
            new CallRequest { To = Somewhere },
            BlockTag.Latest,
            "{ n: 0, step: function (log) { this.n++ }, fault: function () {}, result: function () { return this.n } }",
            null,
            StateOverride.Of(Somewhere, new AccountOverride { Code = SlotAndTime }),
            new BlockOverride { Time = 4_000_000_000 },
            TimeSpan.FromSeconds(5),
            default);

        Assert.That(trace.GetInt32(), Is.EqualTo(10));
    }

    [Test]
    public async Task Follows_the_heads()
    {
        using CancellationTokenSource timeout = new(Eventually.Patience);
        HeadSourceOptions options = new() { PollInterval = TimeSpan.FromMilliseconds(50) };
        Endpoint endpoint = new(
            "main", _anvil.Url.Authority, EndpointPurposes.All, _transport, _transport as WebSocketTransport, new RequestBudget(0, TimeProvider.System), TimeProvider.System);
        HeadSource source = new(_eth, new EndpointPool([endpoint], new ChainAccessOptions(), TimeProvider.System), options, TimeProvider.System);
        await using IAsyncEnumerator<BlockHeader> heads = source.ReadAsync(timeout.Token).GetAsyncEnumerator(timeout.Token);
        await heads.MoveNextAsync();
        ulong first = heads.Current.Number;

        for (ulong i = 1; i <= 3; i++)
        {
            await _anvil.RpcAsync("evm_mine");
            await heads.MoveNextAsync();
            Assert.That(heads.Current.Number, Is.EqualTo(first + i));
        }
    }

    private async Task<SendErrorKind> RefusalAsync(SignedTransaction signed)
    {
        JsonRpcException? refusal = await Assert.ThrowsAsync<JsonRpcException>(() => _eth.SendRawTransactionAsync(signed.Raw, default));
        return SendError.Classify(refusal!.Error).Kind;
    }

    private async Task<SignedTransaction> SignAsync(ulong gasLimit, ulong maxFeePerGas)
    {
        using PrivateKey key = PrivateKey.Parse(Rich.PrivateKey);
        FeeMarketTransaction transaction = new()
        {
            ChainId = 1337,
            Nonce = await _eth.GetTransactionCountAsync(Rich.Address, BlockTag.Pending, default),
            GasLimit = gasLimit,
            To = Somewhere,
            MaxFeePerGas = maxFeePerGas,
            MaxPriorityFeePerGas = 0,
        };
        return transaction.Sign(key.Sign(transaction.SigningHash()));
    }
}
