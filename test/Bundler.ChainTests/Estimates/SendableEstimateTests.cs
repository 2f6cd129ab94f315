using System.Text.Json;
using Bundler.ChainTests.Bundling;
using Bundler.ChainTests.Methods;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.ChainTests.Estimates;

/// <summary>Whatever an estimate answers is taken when it is sent; what sending would refuse, it refuses with the same reason.</summary>
public sealed class SendableEstimateTests
{
    private const string Estimate = "eth_estimateUserOperationGas";

    private static readonly Address _target = Address.Parse("0x00000000000000000000000000000000000b0002");

    // while (gasleft() > 1,000) {}
    private static readonly Bytes _burnsAll = Bytes.Parse("0x5b6103e85a1160005700");

    // 20 million gas, whatever the limit is.
    private static readonly Bytes _burnsTooMuch = Bytes.Parse("0x620b71b0" + "5b6001900380600457" + "00");

    private MethodRig _rig = null!;

    [OneTimeSetUp]
    public async Task BeginAsync() => _rig = await MethodRig.StartAsync(new AnvilOptions(), "--bundling", "manual");

    [OneTimeTearDown]
    public async Task EndAsync() => await _rig.DisposeAsync();

    [Test]
    public async Task A_call_that_burns_all_its_gas_fits_into_a_transaction([Values] EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version);
        await PlaceAsync(_burnsAll);

        UserOperation operation = await EstimatedAsync(wallet, Bare(wallet, wallet.Calling(_target, Bytes.Empty)));

        await IncludeAsync(wallet, operation);
    }

    [Test]
    public async Task EIP_7825_a_call_that_needs_more_than_a_transaction_has_is_refused_as_sending_refuses_it([Values] EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version);
        await PlaceAsync(_burnsTooMuch);

        JsonElement error = await RefusedAsync(wallet, Bare(wallet, wallet.Calling(_target, Bytes.Empty)));

        Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(-32602), error.GetRawText());
        Assert.That(error.GetProperty("message").GetString(), Does.Contain("callGasLimit"));
    }

    // Checklist row 30: no input is without a bound.
    [Test]
    public async Task LIM_010_an_operation_that_is_too_long_is_refused([Values] EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version);

        JsonElement error = await RefusedAsync(wallet, Bare(wallet, wallet.Calling(A.AddressOf(9), Bytes.Own(new byte[8_000]))));

        Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(-32602), error.GetRawText());
        Assert.That(error.GetProperty("message").GetString(), Does.Contain("LIM-010"));
    }

    [Test]
    public async Task A_given_limit_that_sending_refuses_is_refused([Values] EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version);
        UserOperation operation = wallet.Sign(wallet.Operation() with { CallGasLimit = 17_000_000 });

        JsonElement error = await RefusedAsync(wallet, operation);
        JsonElement sent = (await _rig.Node.CallAsync("eth_sendUserOperation", MethodRig.Call(wallet, operation))).GetProperty("error");

        Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(sent.GetProperty("code").GetInt32()));
        Assert.That(error.GetProperty("message").GetString()![..20], Is.EqualTo(sent.GetProperty("message").GetString()![..20]));
    }

    [Test]
    public async Task LIM_070_a_given_preVerificationGas_that_is_too_low_is_answered_with_what_is_needed([Values] EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version);
        UserOperation draft = Bare(wallet, wallet.Operation()) with { PreVerificationGas = 0xa410 };

        UserOperation operation = await EstimatedAsync(wallet, draft);

        Assert.That(operation.PreVerificationGas, Is.GreaterThan((UInt256)0xa410));
        await IncludeAsync(wallet, operation);
    }

    // A refund of the operation before, or anybody's depositTo: the account need not pay any more, and validation uses less.
    [Test]
    public async Task LIM_070_an_answer_still_does_when_the_deposit_pays_by_the_time_it_is_sent([Values] EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version);
        await IncludeAsync(wallet, wallet.Signed());
        byte[] much = new byte[1_800];
        new Random(7).NextBytes(much);
        UserOperation dear = wallet.Calling(A.AddressOf(9), Bytes.Own(much), deployed: true, nonce: 1) with { MaxFeePerGas = 90_000_000_000 };
        UserOperation operation = await EstimatedAsync(wallet, Bare(wallet, dear));

        await DepositAsync(wallet.EntryPoint, wallet.Address);

        await IncludeAsync(wallet, operation);
    }

    // The first deposit of all: its slot is written for the first time while the account pays.
    [Test]
    public async Task LIM_070_an_answer_still_does_when_the_first_deposit_pays_by_the_time_it_is_sent([Values] EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version);
        byte[] much = new byte[1_800];
        new Random(7).NextBytes(much);
        UserOperation draft = (await PlainAccount.OperationAsync(_rig, 0)) with { CallData = Bytes.Own(much) };
        UserOperation operation = await EstimatedAsync(wallet, Bare(wallet, draft));

        await DepositAsync(wallet.EntryPoint, operation.Sender);

        await IncludeAsync(wallet, operation);
    }

    // The operation before used the deposit up: the account must pay, and its validation uses more.
    [Test]
    public async Task An_answer_still_does_when_the_account_pays_by_the_time_it_is_bundled([Values] EntryPointVersion version, [Values] bool isSimpleAccount)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version);
        UserOperation draft = isSimpleAccount ? wallet.Operation() : await PlainAccount.OperationAsync(_rig, 0);
        // For this one and another, not for all that may be pending.
        UserOperation paying = await EstimatedAsync(wallet, Bare(wallet, draft));
        await SetDepositAsync(wallet.EntryPoint, draft.Sender, 2 * wallet.EntryPoint.RequiredPrefund(paying));
        string hash = await _rig.SendAsync(wallet, await EstimatedAsync(wallet, Bare(wallet, draft)));

        await SetDepositAsync(wallet.EntryPoint, draft.Sender, 1);

        await _rig.BundleAsync();
        await AssertSuccessAsync(hash);
    }

    [TestCase(EntryPointVersion.V07)]
    [TestCase(EntryPointVersion.V08)]
    [TestCase(EntryPointVersion.V09)]
    public async Task LIM_030_a_given_verificationGasLimit_without_slack_is_refused_as_sending_refuses_it(EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version);
        UserOperation draft = Bare(wallet, await PlainAccount.OperationAsync(_rig, 0));
        UserOperation answered = await EstimatedAsync(wallet, draft);
        // Without the margin: enough for the EntryPoint, and less than the slack above what validation uses.
        UserOperation tight = answered with { VerificationGasLimit = (answered.VerificationGasLimit - 1_500) * 100 / 101 + 20 };

        await AssertSameRefusalAsync(wallet, tight, -32502, "needs a higher verificationGasLimit");
    }

    /// <summary>
    /// Never less than sending takes, and no more but for a few gas, although the search runs in a contract of its own and sending reads a trace. An account
    /// that calls the EntryPoint although somebody else pays is the worst case.
    /// </summary>
    [Test]
    public async Task LIM_030_an_estimate_and_sending_judge_a_given_verificationGasLimit_alike(
        [Values] EntryPointVersion version, [Values("pays", "sponsored", "deploys")] string kind)
    {
        ulong above = kind == "sponsored" ? 620u : 20;
        SimpleAccountWallet wallet = await _rig.WalletAsync(version);
        UserOperation draft = kind == "deploys" ? wallet.Operation() : await PlainAccount.OperationAsync(_rig, 0);
        draft = kind == "sponsored" ? draft with { Paymaster = await PlainAccount.PaymasterAsync(_rig, wallet.EntryPoint) } : draft;
        UserOperation answered = wallet.Sign(await EstimatedAsync(wallet, Bare(wallet, draft)));
        answered = kind == "sponsored" && wallet.EntryPoint.HasPaymasterGasLimits ? answered with { PaymasterVerificationGasLimit = 100_000 } : answered;

        ulong estimated = await LeastAsync(async each => (await _rig.Node.CallAsync(Estimate, MethodRig.Call(wallet, each))).TryGetProperty("result", out _));
        ulong sent = await LeastAsync(
            async each => (await _rig.AskAsync("bundler_explainUserOperation", MethodRig.Call(wallet, each))).GetProperty("accepted").GetBoolean());

        TestContext.Progress.WriteLine($"{version} {kind}: {estimated} / {sent}");
        Assert.That(estimated, Is.InRange(sent, sent + above));

        async Task<ulong> LeastAsync(Func<UserOperation, Task<bool>> taken)
        {
            (ulong low, ulong high) = (20_000, (ulong)answered.VerificationGasLimit);
            while (high - low > 1)
            {
                ulong middle = (low + high) / 2;
                (low, high) = await taken(wallet.Sign(answered with { VerificationGasLimit = middle })) ? (low, middle) : (middle, high);
            }

            return high;
        }
    }

    /// <summary>By sending, and by an estimate that is given all of it. The code is at another address than the account, cold when validation begins.</summary>
    [Test]
    public async Task LIM_030_what_is_answered_to_a_delegated_account_is_taken(
        [Values] EntryPointVersion version, [Values] bool isSponsored, [Values] bool isFirst)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version);
        using PrivateKey key = PrivateKey.Generate();
        UserOperation draft = await PlainAccount.OperationAsync(_rig, 0);
        Address @delegate = draft.Sender;
        await _rig.Anvil.RpcAsync("anvil_setBalance", key.Address.ToLowerHex(), "0xde0b6b3a7640000");
        if (!isFirst)
        {
            await _rig.Anvil.RpcAsync("anvil_setCode", key.Address.ToLowerHex(), $"0xef0100{@delegate.ToLowerHex()[2..]}");
        }

        UserOperation bare = Bare(wallet, draft with
        {
            Sender = key.Address,
            Factory = isFirst && version >= EntryPointVersion.V08 ? Eip7702Marker.Address : null,
            Eip7702Auth = isFirst ? Authorization.Sign(key, 1337, @delegate, 0) : null,
            Paymaster = isSponsored ? await PlainAccount.PaymasterAsync(_rig, wallet.EntryPoint) : null,
        });

        JsonElement answer = await _rig.AskAsync(Estimate, MethodRig.Call(wallet, bare));
        UserOperation operation = bare with
        {
            CallGasLimit = MethodRig.Quantity(answer, "callGasLimit"),
            VerificationGasLimit = MethodRig.Quantity(answer, "verificationGasLimit"),
            PreVerificationGas = MethodRig.Quantity(answer, "preVerificationGas"),
            PaymasterVerificationGasLimit =
                isSponsored && wallet.EntryPoint.HasPaymasterGasLimits ? MethodRig.Quantity(answer, "paymasterVerificationGasLimit") : 0,
        };
        JsonElement again = await _rig.Node.CallAsync(Estimate, MethodRig.Call(wallet, operation));

        Assert.That(again.TryGetProperty("result", out _), Is.True, again.GetRawText());
        await IncludeAsync(wallet, operation);
    }

    [Test]
    public async Task A_tuple_that_takes_the_code_away_is_named_by_both()
    {
        using PrivateKey key = PrivateKey.Generate();
        await _rig.Anvil.RpcAsync("anvil_setBalance", key.Address.ToLowerHex(), "0xde0b6b3a7640000");
        UserOperation operation = (await PlainAccount.OperationAsync(_rig, 100_000)) with
        {
            Sender = key.Address, Eip7702Auth = Authorization.Sign(key, 1337, Address.Zero, 0),
        };

        await AssertSameRefusalAsync(await _rig.WalletAsync(), operation, -32500, "eip7702Auth.address is zero");
    }

    [TestCase(1_000_000_000ul, 0xful)]
    [TestCase(0xful, 0xful)]
    public async Task Fees_below_the_floor_are_refused_as_sending_refuses_them(ulong maxFeePerGas, ulong maxPriorityFeePerGas)
    {
        await using NodeProcess node = await NodeProcess.StartAsync(_rig.Anvil.Url, "--Bundler:Chain:MinPriorityFeeWei=16");
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        UserOperation cheap = wallet.Sign(wallet.Operation() with { MaxFeePerGas = maxFeePerGas, MaxPriorityFeePerGas = maxPriorityFeePerGas });

        await AssertSameRefusalAsync(wallet, cheap, -32602, "maxPriorityFeePerGas", node);
    }

    [TestCase(0ul, 0ul)]
    [TestCase(9_000_000_000ul, 0ul)]
    [TestCase(0ul, 9_000_000_000ul)]
    public async Task Fees_of_zero_are_filled_in_by_whoever_sends(ulong maxFeePerGas, ulong maxPriorityFeePerGas)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        UserOperation bare = Bare(wallet, wallet.Operation() with { MaxFeePerGas = maxFeePerGas, MaxPriorityFeePerGas = maxPriorityFeePerGas });

        Assert.That((await EstimatedAsync(wallet, bare)).CallGasLimit, Is.GreaterThan(UInt256.Zero));
    }

    [Test]
    public async Task Behind_a_pending_operation_an_estimate_works_as_sending_does([Values] EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version);
        string first = await _rig.SendAsync(wallet);
        string second = await _rig.SendAsync(wallet, await EstimatedAsync(wallet, Bare(wallet, wallet.Operation(deployed: true, nonce: 1))));
        UserOperation third = await EstimatedAsync(wallet, Bare(wallet, wallet.Operation(deployed: true, nonce: 2)));

        await _rig.BundleAsync();
        await AssertSuccessAsync(first);
        await AssertSuccessAsync(second);
        // What waits behind in the pool may go in a transaction of its own.
        await IncludeAsync(wallet, third);
    }

    [Test]
    public async Task Behind_a_gap_an_estimate_is_AA25_as_sending_is([Values] EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version);
        await _rig.SendAsync(wallet);

        JsonElement error = await RefusedAsync(wallet, Bare(wallet, wallet.Operation(deployed: true, nonce: 2)));

        Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(-32500), error.GetRawText());
    }

    private Task<JsonElement> PlaceAsync(Bytes code) => _rig.Anvil.RpcAsync("anvil_setCode", _target.ToLowerHex(), code.ToString());

    private static UserOperation Bare(SimpleAccountWallet wallet, UserOperation operation) =>
        wallet.Sign(operation with { CallGasLimit = 0, VerificationGasLimit = 0, PreVerificationGas = 0 });

    private async Task<UserOperation> EstimatedAsync(SimpleAccountWallet wallet, UserOperation draft)
    {
        JsonElement answer = await _rig.Node.CallAsync(Estimate, MethodRig.Call(wallet, draft));
        Assert.That(answer.TryGetProperty("result", out JsonElement estimate), Is.True, answer.GetRawText());
        return wallet.Sign(draft with
        {
            CallGasLimit = MethodRig.Quantity(estimate, "callGasLimit"),
            VerificationGasLimit = MethodRig.Quantity(estimate, "verificationGasLimit"),
            PreVerificationGas = MethodRig.Quantity(estimate, "preVerificationGas"),
        });
    }

    private async Task<JsonElement> RefusedAsync(SimpleAccountWallet wallet, UserOperation draft)
    {
        JsonElement answer = await _rig.Node.CallAsync(Estimate, MethodRig.Call(wallet, draft));
        Assert.That(answer.TryGetProperty("error", out JsonElement error), Is.True, answer.GetRawText());
        return error;
    }

    private async Task AssertSameRefusalAsync(SimpleAccountWallet wallet, UserOperation operation, int code, string words, NodeProcess? node = null)
    {
        object?[] call = MethodRig.Call(wallet, operation);
        JsonElement estimated = await (node ?? _rig.Node).CallAsync(Estimate, call);
        JsonElement sent = await (node ?? _rig.Node).CallAsync("eth_sendUserOperation", call);

        foreach (JsonElement answer in new[] { estimated, sent })
        {
            Assert.That(answer.TryGetProperty("error", out JsonElement error), Is.True, answer.GetRawText());
            Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(code), answer.GetRawText());
            Assert.That(error.GetProperty("message").GetString(), Does.Contain(words));
        }
    }

    private Task SetDepositAsync(EntryPoint entryPoint, Address account, UInt256 wei) => _rig.Anvil.RpcAsync(
        "anvil_setStorageAt",
        entryPoint.Address.ToLowerHex(),
        Keccak256.Hash(Bytes.Concat(account.ToWord().ToBytes(), Hash32.Zero.ToBytes())).ToString(),
        Hash32.From(wei).ToString());

    private Task DepositAsync(EntryPoint entryPoint, Address account) => _rig.Anvil.RpcAsync(
        "eth_sendTransaction",
        new
        {
            from = DevAccounts.All[3].Address.ToLowerHex(),
            to = entryPoint.Address.ToLowerHex(),
            data = EntryPointCalls.DepositTo.EncodeCall(account).ToString(),
            value = "0xde0b6b3a7640000",
        });

    private async Task IncludeAsync(SimpleAccountWallet wallet, UserOperation operation)
    {
        string hash = await _rig.SendAsync(wallet, operation);
        await _rig.BundleAsync();
        await AssertSuccessAsync(hash);
    }

    private async Task AssertSuccessAsync(string hash)
    {
        JsonElement status = await _rig.AskAsync("bundler_getUserOperationStatus", hash);
        Assert.That(status.GetProperty("status").GetString(), Is.EqualTo("included"), status.GetRawText());
        Assert.That(status.GetProperty("success").GetBoolean(), Is.True);
    }
}
