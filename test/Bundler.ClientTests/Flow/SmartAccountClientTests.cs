using Bundler.Client;
using Bundler.Client.Accounts;
using Bundler.Client.Errors;
using Bundler.Client.Flow;
using Bundler.Client.Operations;
using Bundler.Client.Rpc;
using Bundler.Client.Sponsors;
using Nethereum.JsonRpc.Client;
using Newtonsoft.Json.Linq;

namespace Bundler.ClientTests.Flow;

/// <summary>The five steps, against every mood of a bundler.</summary>
internal sealed class SmartAccountClientTests
{
    private const string Paymaster = "0x2222222222222222222222222222222222222222";
    private static readonly Call[] _calls = [new("0x3333333333333333333333333333333333333333", Data: "0xdeadbeef")];
    private static readonly PlainAccount _account = new(EntryPoint.V07);

    [Test]
    public async Task An_operation_is_prepared_signed_sent_and_awaited()
    {
        ScriptedBundler bundler = new();
        SmartAccountClient wallet = bundler.Wallet(_account);

        PreparedOperation prepared = await wallet.PrepareAsync(_calls);
        UserOperation sponsored = await wallet.SponsorAsync(prepared);
        UserOperation signed = await wallet.SignAsync(sponsored);
        string hash = await wallet.SendAsync(signed);
        UserOperationReceipt receipt = await wallet.WaitAsync(hash);

        Assert.That(receipt.Success, Is.True);
        JObject sent = (JObject)bundler.Client.Asked.Single(asked => asked.Method == "eth_sendUserOperation").Parameters[0];
        Assert.That(sent.ToObject<UserOperation>(), Is.EqualTo(new UserOperation
        {
            Sender = _account.Address,
            Nonce = 0,
            CallData = "0xdeadbeef",
            CallGasLimit = 30_000,
            VerificationGasLimit = 100_000,
            PreVerificationGas = 50_000,
            MaxFeePerGas = 2_000,
            MaxPriorityFeePerGas = 1,
            Signature = EntryPoint.V07.Hash(prepared.Operation, 56),
        }));
        JObject estimated = (JObject)bundler.Client.Asked.Single(asked => asked.Method == "eth_estimateUserOperationGas").Parameters[0];
        Assert.That((string?)estimated["signature"], Is.EqualTo(_account.StubSignature));
        Assert.That(estimated.ContainsKey("callGasLimit"), Is.False);
    }

    [Test]
    public async Task A_sponsor_gives_a_stub_for_the_estimate_and_then_its_consent()
    {
        ScriptedBundler bundler = new();
        bundler.On("pm_getPaymasterStubData", ScriptedClient.Result(Sponsored("0x57ab", false))).On("pm_getPaymasterData", ScriptedClient.Result(Sponsored("0xc0de", null)));
        SmartAccountClient wallet = Sponsored(bundler);

        PreparedOperation prepared = await wallet.PrepareAsync(_calls);
        UserOperation sponsored = await wallet.SponsorAsync(prepared);

        Assert.That((prepared.AwaitsSponsor, prepared.Operation.PaymasterData), Is.EqualTo((true, "0x57ab")));
        Assert.That(prepared.Operation.PaymasterPostOpGasLimit, Is.EqualTo((System.Numerics.BigInteger)77), "an estimate does not overrule the sponsor");
        Assert.That((sponsored.Paymaster, sponsored.PaymasterData), Is.EqualTo((Paymaster, "0xc0de")));
        Assert.That((sponsored.PaymasterVerificationGasLimit, sponsored.PaymasterPostOpGasLimit), Is.EqualTo(((System.Numerics.BigInteger?)10_000, (System.Numerics.BigInteger?)77)), "estimated, and the sponsor's own");
        JArray consent = bundler.Client.Asked.Single(asked => asked.Method == "pm_getPaymasterData").Parameters;
        Assert.That(((string?)consent[1], (string?)consent[2], (string?)consent[3]["policyId"]), Is.EqualTo((EntryPoint.V07.Address, "0x38", "p1")));
    }

    [Test]
    public async Task A_final_stub_is_not_asked_for_again()
    {
        ScriptedBundler bundler = new();
        bundler.On("pm_getPaymasterStubData", ScriptedClient.Result(Sponsored("0xc0de", true)));
        Stages stages = new();

        await Sponsored(bundler).ExecuteAsync(_calls, progress: stages);

        Assert.That(bundler.Methods, Does.Not.Contain("pm_getPaymasterData"));
        Assert.That(stages.Told.Select(told => told.Stage), Does.Contain(OperationStage.Sponsored));
    }

    [Test]
    public async Task A_v06_sponsor_answers_in_one_piece()
    {
        ScriptedBundler bundler = new();
        bundler.On("pm_getPaymasterStubData", ScriptedClient.Result(new JObject { ["paymasterAndData"] = $"{Paymaster}beef", ["isFinal"] = true }));
        SmartAccountClient wallet = new(bundler.Web3, bundler.Web3.Bundler(), new PlainAccount(EntryPoint.V06)) { Sponsor = new Erc7677Sponsor(bundler.Web3.Bundler()) };

        PreparedOperation prepared = await wallet.PrepareAsync(_calls);

        Assert.That((prepared.Operation.Paymaster, prepared.Operation.PaymasterData), Is.EqualTo((Paymaster, "0xbeef")));
        Assert.That((string?)EntryPoint.V06.ToJson(prepared.Operation)["paymasterAndData"], Is.EqualTo($"{Paymaster}beef"));
    }

    [TestCase("bundler_getGasPrice", 4_000)]
    [TestCase("pimlico_getUserOperationGasPrice", 6_000)]
    [TestCase("eth_gasPrice", 2_100)]
    public async Task Fees_come_from_whoever_knows_them(string method, int maxFee)
    {
        ScriptedBundler bundler = new();
        bundler.On("bundler_getGasPrice", method == "bundler_getGasPrice" ? ScriptedClient.Result(ScriptedBundler.Fees(2_000)) : ScriptedClient.NoSuchMethod);
        bundler.On("pimlico_getUserOperationGasPrice", method[0] == 'p' ? ScriptedClient.Result(ScriptedBundler.Fees(3_000)) : ScriptedClient.Error(-32004, "not supported"));
        bundler.On("eth_gasPrice", ScriptedClient.Result("0x44c"));
        bundler.On("eth_getBlockByNumber", ScriptedClient.Result(new JObject { ["number"] = "0x1", ["baseFeePerGas"] = "0x3e8", ["transactions"] = new JArray() }));

        PreparedOperation prepared = await bundler.Wallet(_account).PrepareAsync(_calls, new PrepareOptions { Speed = FeeSpeed.Fast });

        Assert.That(prepared.Operation.MaxFeePerGas, Is.EqualTo((System.Numerics.BigInteger)maxFee));
    }

    [Test]
    public async Task Progress_tells_every_station_once()
    {
        ScriptedBundler bundler = new();
        JObject none = ScriptedClient.Result(null);
        bundler.On("eth_getUserOperationReceipt", none, none, none, none, ScriptedClient.Result(ScriptedBundler.Receipt()));
        JObject waiting = ScriptedBundler.Status("pending", "its fees are too low");
        bundler.On("bundler_getUserOperationStatus", ScriptedBundler.Status("pending"), waiting, waiting, ScriptedBundler.Status("bundled", transaction: "0xb1"));
        Stages stages = new();

        await bundler.Wallet(_account).ExecuteAsync(_calls, progress: stages);

        Assert.That(stages.Told, Is.EqualTo(new OperationProgress[]
        {
            new(OperationStage.Prepared),
            new(OperationStage.Signed),
            new(OperationStage.Sent, ScriptedBundler.Hash),
            new(OperationStage.Pending, ScriptedBundler.Hash),
            new(OperationStage.Pending, ScriptedBundler.Hash, Reason: "its fees are too low"),
            new(OperationStage.Bundled, ScriptedBundler.Hash, "0xb1"),
            new(OperationStage.Included, ScriptedBundler.Hash, ScriptedBundler.Transaction),
        }));
    }

    [TestCase("dropped", OperationState.Dropped)]
    [TestCase("replaced", OperationState.Replaced)]
    public async Task What_will_not_be_included_ends_the_waiting_with_its_reason(string word, OperationState state)
    {
        ScriptedBundler bundler = new();
        bundler.On("eth_getUserOperationReceipt", ScriptedClient.Result(null)).On("bundler_getUserOperationStatus", ScriptedBundler.Status(word, "AA25 invalid account nonce"));

        OperationDroppedException end = (await Assert.ThrowsAsync<OperationDroppedException>(() => bundler.Wallet(_account).WaitAsync(ScriptedBundler.Hash)))!;

        Assert.That((end.State, end.Reason, end.UserOpHash), Is.EqualTo((state, "AA25 invalid account nonce", ScriptedBundler.Hash)));
    }

    [Test]
    public async Task A_bundler_without_stations_is_asked_for_them_once()
    {
        ScriptedBundler bundler = new();
        JObject none = ScriptedClient.Result(null);
        bundler.On("eth_getUserOperationReceipt", none, none, none, ScriptedClient.Result(ScriptedBundler.Receipt()));

        UserOperationReceipt receipt = await bundler.Wallet(_account).WaitAsync(ScriptedBundler.Hash);

        Assert.That(receipt.UserOpHash, Is.EqualTo(ScriptedBundler.Hash));
        Assert.That(bundler.Methods.Count(method => method == "bundler_getUserOperationStatus"), Is.EqualTo(1));
    }

    [Test]
    public async Task Silence_is_outlived_up_to_its_bound()
    {
        RpcClientUnknownException silence = new("connection refused");
        JObject receipt = ScriptedClient.Result(ScriptedBundler.Receipt());
        ScriptedBundler quiet = new ScriptedBundler().Throws("eth_getUserOperationReceipt", silence, 10, receipt);
        ScriptedBundler dead = new ScriptedBundler().Throws("eth_getUserOperationReceipt", silence, 11, receipt);

        Assert.That((await quiet.Wallet(_account).WaitAsync(ScriptedBundler.Hash)).Success, Is.True);
        await Assert.ThrowsAsync<RpcClientUnknownException>(() => dead.Wallet(_account).WaitAsync(ScriptedBundler.Hash));
    }

    [Test]
    public async Task The_wait_has_an_end()
    {
        ScriptedBundler bundler = new ScriptedBundler().On("eth_getUserOperationReceipt", ScriptedClient.Result(null));
        WaitOptions shortly = new() { PollingInterval = TimeSpan.FromMilliseconds(1), Timeout = TimeSpan.FromMilliseconds(30) };
        SmartAccountClient wallet = new(bundler.Web3, bundler.Web3.Bundler(), _account) { Waiting = shortly };

        await Assert.ThrowsAsync<TimeoutException>(() => wallet.WaitAsync(ScriptedBundler.Hash));
    }

    [Test]
    public void A_caller_can_end_the_wait()
    {
        ScriptedBundler bundler = new ScriptedBundler().On("eth_getUserOperationReceipt", ScriptedClient.Result(null));
        using CancellationTokenSource enough = new(TimeSpan.FromMilliseconds(30));

        Assert.That(async () => await bundler.Wallet(_account).WaitAsync(ScriptedBundler.Hash, cancellationToken: enough.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_refusal_comes_through_as_it_is()
    {
        ScriptedBundler bundler = new ScriptedBundler().On("eth_estimateUserOperationGas", ScriptedClient.Error(-32500, "AA23 reverted"));

        Assert.That((await Assert.ThrowsAsync<BundlerException>(() => bundler.Wallet(_account).ExecuteAsync(_calls)))!.AaCode, Is.EqualTo("AA23"));
    }

    private static SmartAccountClient Sponsored(ScriptedBundler bundler) =>
        new(bundler.Web3, bundler.Web3.Bundler(), _account) { Sponsor = new Erc7677Sponsor(bundler.Web3.Bundler(), new JObject { ["policyId"] = "p1" }) };

    private static JObject Sponsored(string data, bool? final)
    {
        JObject answer = new() { ["paymaster"] = Paymaster, ["paymasterData"] = data, ["paymasterPostOpGasLimit"] = "0x4d" };
        if (final is { } said)
        {
            answer["isFinal"] = said;
            answer["sponsor"] = new JObject { ["name"] = "a friend" };
        }

        return answer;
    }
}
