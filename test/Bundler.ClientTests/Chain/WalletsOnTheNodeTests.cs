using System.Numerics;
using Bundler.Client.Accounts;
using Bundler.Client.Errors;
using Bundler.Client.Flow;
using Bundler.Client.Operations;
using Bundler.Client.Rpc;
using Bundler.Client.Subscriptions;
using Bundler.ClientTests.Flow;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.Signer;

namespace Bundler.ClientTests.Chain;

/// <summary>A .NET wallet against the running node on all four EntryPoints: the counterpart of the scripts with viem.</summary>
internal sealed class WalletsOnTheNodeTests
{
    private static readonly BigInteger _cent = BigInteger.Pow(10, 16);

    private ClientRig _rig = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _rig = await ClientRig.StartAsync();

    [OneTimeTearDown]
    public async Task EndAsync() => await _rig.DisposeAsync();

    [TestCase(EntryPointVersion.V06)]
    [TestCase(EntryPointVersion.V07)]
    [TestCase(EntryPointVersion.V08)]
    [TestCase(EntryPointVersion.V09)]
    public async Task A_simple_account_is_created_by_its_first_operation_and_sends_a_batch_next(EntryPointVersion version)
    {
        SimpleAccount account = await _rig.SimpleAccountAsync(version);
        SmartAccountClient wallet = _rig.Wallet(account);
        string target = EthECKey.GenerateKey().GetPublicAddress();

        PreparedOperation prepared = await wallet.PrepareAsync([new Call(target, _cent)]);
        UserOperation sponsored = await wallet.SponsorAsync(prepared);
        UserOperation signed = await wallet.SignAsync(sponsored);
        string hash = await wallet.SendAsync(signed);
        UserOperationReceipt receipt = await wallet.WaitAsync(hash);

        Assert.That(hash, Is.EqualTo(account.EntryPoint.Hash(signed, await ChainIdAsync())));
        Assert.That((receipt.Success, receipt.UserOpHash, receipt.Sender.ToLowerInvariant()), Is.EqualTo((true, hash, account.Address.ToLowerInvariant())));
        Assert.That(receipt.Receipt.Status.Value, Is.EqualTo(BigInteger.One));
        Assert.That(await _rig.BalanceAsync(target), Is.EqualTo(_cent));
        UserOperationLookup found = (await _rig.Bundler.GetUserOperationByHash.SendRequestAsync(hash))!;
        Assert.That(account.EntryPoint.ToJson(found.UserOperation).ToString(), Is.EqualTo(account.EntryPoint.ToJson(signed).ToString()).IgnoreCase);
        Assert.That(found.TransactionHash, Is.EqualTo(receipt.Receipt.TransactionHash));

        // A v0.6 batch carries no value.
        BigInteger value = version == EntryPointVersion.V06 ? 0 : 3;
        Stages stages = new();
        UserOperationReceipt second = await wallet.ExecuteAsync([new Call(target, value), new Call(target, Data: "0x01")], progress: stages);

        Assert.That(second.Success, Is.True);
        Assert.That(await _rig.BalanceAsync(target), Is.EqualTo(_cent + value));
        Assert.That(stages.Told.Select(told => told.Stage).Distinct(), Is.Ordered.And.SupersetOf(new[] { OperationStage.Prepared, OperationStage.Signed, OperationStage.Sent, OperationStage.Included }));
    }

    [TestCase(EntryPointVersion.V08)]
    [TestCase(EntryPointVersion.V09)]
    public async Task A_key_becomes_a_smart_account_by_its_first_operation(EntryPointVersion version)
    {
        string implementation = await _rig.Deploy7702Async(version);
        KeyOwner owner = ClientRig.NewOwner();
        await _rig.FundAsync(owner.Address);
        Eip7702Account account = new(_rig.Web3, ClientRig.EntryPointOf(version), owner, implementation);
        SmartAccountClient wallet = _rig.Wallet(account);
        string target = EthECKey.GenerateKey().GetPublicAddress();

        UserOperationReceipt first = await wallet.ExecuteAsync([new Call(target, _cent)]);

        Assert.That((first.Success, first.Sender.ToLowerInvariant()), Is.EqualTo((true, owner.Address.ToLowerInvariant())));
        Assert.That(await _rig.Web3.Eth.GetCode.SendRequestAsync(owner.Address), Is.EqualTo($"0xef0100{implementation[2..]}").IgnoreCase);
        Assert.That(first.Receipt.Type.Value, Is.EqualTo((BigInteger)4));

        PreparedOperation next = await wallet.PrepareAsync([new Call(target, 3), new Call(target, Data: "0x01")]);
        UserOperation signed = await wallet.SignAsync(await wallet.SponsorAsync(next));
        UserOperationReceipt second = await wallet.WaitAsync(await wallet.SendAsync(signed));

        Assert.That((signed.Eip7702Auth, signed.Factory), Is.EqualTo((default(Eip7702Authorization), default(string))), "the delegation stands");
        Assert.That(second.Success, Is.True);
        Assert.That(await _rig.BalanceAsync(target), Is.EqualTo(_cent + 3));
    }

    [TestCase(EntryPointVersion.V06)]
    [TestCase(EntryPointVersion.V07)]
    [TestCase(EntryPointVersion.V08)]
    [TestCase(EntryPointVersion.V09)]
    public async Task A_sponsor_pays_for_an_account_without_money(EntryPointVersion version)
    {
        string paymaster = await _rig.DeployPaymasterAsync(version);
        SimpleAccount account = await _rig.SimpleAccountAsync(version, funded: false);

        UserOperationReceipt receipt = await _rig.Wallet(account, new OwnSponsor(paymaster)).ExecuteAsync([new Call(ClientRig.NewOwner().Address)]);

        Assert.That((receipt.Success, receipt.Paymaster?.ToLowerInvariant()), Is.EqualTo((true, paymaster.ToLowerInvariant())));
        Assert.That(await _rig.BalanceAsync(account.Address), Is.EqualTo(BigInteger.Zero));
    }

    [Test]
    public async Task Operations_with_nonce_keys_of_their_own_do_not_wait_for_each_other()
    {
        SmartAccountClient wallet = _rig.Wallet(await _rig.SimpleAccountAsync(EntryPointVersion.V07));
        string target = EthECKey.GenerateKey().GetPublicAddress();
        await wallet.ExecuteAsync([new Call(target, 1)]);

        UserOperationReceipt[] receipts = await Task.WhenAll(Enumerable.Range(1, 3)
            .Select(key => wallet.ExecuteAsync([new Call(target, 1)], new PrepareOptions { NonceKey = key, Speed = FeeSpeed.Fast })));

        Assert.That(receipts.Select(receipt => receipt.Success), Is.All.True);
        Assert.That(receipts.Select(receipt => receipt.Nonce >> 64), Is.EquivalentTo(new BigInteger[] { 1, 2, 3 }));
        Assert.That(await _rig.BalanceAsync(target), Is.EqualTo((BigInteger)4));
    }

    [TestCase(EntryPointVersion.V06)]
    [TestCase(EntryPointVersion.V07)]
    [TestCase(EntryPointVersion.V08)]
    [TestCase(EntryPointVersion.V09)]
    public async Task AA24_a_strangers_signature_is_refused_and_AA21_an_empty_purse(EntryPointVersion version)
    {
        SmartAccountClient wallet = _rig.Wallet(await _rig.SimpleAccountAsync(version));
        UserOperation prepared = await wallet.SponsorAsync(await wallet.PrepareAsync([new Call(ClientRig.NewOwner().Address)]));
        UserOperation forged = prepared with { Signature = await ClientRig.NewOwner().SignMessageAsync("something else".ToHexUTF8().HexToByteArray()) };
        BundlerException signature = (await Assert.ThrowsAsync<BundlerException>(() => wallet.SendAsync(forged)))!;
        Assert.That((signature.Kind, signature.AaCode), Is.EqualTo((BundlerErrorKind.SignatureInvalid, "AA24")));

        SmartAccountClient poor = _rig.Wallet(await _rig.SimpleAccountAsync(version, funded: false));
        BundlerException purse = (await Assert.ThrowsAsync<BundlerException>(() => poor.ExecuteAsync([new Call(ClientRig.NewOwner().Address)])))!;
        Assert.That((purse.Kind, purse.AaCode), Is.EqualTo((BundlerErrorKind.RejectedByEntryPoint, "AA21")));
    }

    [Test]
    public async Task LIM_070_the_rule_is_named_and_explained()
    {
        SimpleAccount account = await _rig.SimpleAccountAsync(EntryPointVersion.V07);
        SmartAccountClient wallet = _rig.Wallet(account);
        UserOperation prepared = (await wallet.PrepareAsync([new Call(ClientRig.NewOwner().Address)])).Operation with { PreVerificationGas = 1 };
        UserOperation cheap = await wallet.SignAsync(prepared);

        BundlerException refusal = (await Assert.ThrowsAsync<BundlerException>(() => wallet.SendAsync(cheap)))!;

        Assert.That((refusal.Kind, refusal.RuleId, refusal.Error.Field), Is.EqualTo((BundlerErrorKind.InvalidFields, "LIM-070", "preVerificationGas")));
        Assert.That((await _rig.Bundler.ExplainPreVerificationGas.SendRequestAsync(cheap, account.EntryPoint)).Required, Is.GreaterThan((BigInteger)20_000));
        Assert.That((await _rig.Bundler.ExplainUserOperation.SendRequestAsync(cheap, account.EntryPoint)).Rejections.Select(each => each.RuleId), Does.Contain("LIM-070"));
    }

    [Test]
    public async Task What_the_node_says_of_itself_is_read()
    {
        Assert.That(await ChainIdAsync(), Is.EqualTo((BigInteger)1337));
        Assert.That(await _rig.Bundler.SupportedEntryPoints.SendRequestAsync(), Has.Length.EqualTo(4).And.Contains(EntryPoint.V07.Address));
        Assert.That((await _rig.Bundler.Discover.SendRequestAsync())["openrpc"], Is.Not.Null);
        Assert.That(await _rig.Bundler.ClientVersion.SendRequestAsync(), Is.Not.Empty);
        Assert.That((await _rig.Bundler.GetGasPrice.SendRequestAsync()).Fast.MaxFeePerGas, Is.Positive);
        Assert.That((await _rig.Bundler.Skandha.GetGasPrice.SendRequestAsync()).MaxFeePerGas, Is.Positive);
        Assert.That((await _rig.Bundler.Rundler.GetUserOperationGasPrice.SendRequestAsync()).Suggested.MaxFeePerGas, Is.Positive);
    }

    [Test]
    public async Task A_subscription_tells_every_step_of_an_account_and_of_no_other()
    {
        SimpleAccount account = await _rig.SimpleAccountAsync(EntryPointVersion.V08);
        SmartAccountClient other = _rig.Wallet(await _rig.SimpleAccountAsync(EntryPointVersion.V07));
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        await using UserOperationSubscription subscription =
            await UserOperationSubscription.StartAsync(_rig.Node.Url, new UserOperationFilter { Sender = account.Address }, late.Token);

        await other.ExecuteAsync([new Call(ClientRig.NewOwner().Address)], cancellationToken: late.Token);
        UserOperationReceipt receipt = await _rig.Wallet(account).ExecuteAsync([new Call(ClientRig.NewOwner().Address)], cancellationToken: late.Token);

        List<UserOperationEvent> steps = [];
        await foreach (UserOperationEvent step in subscription.ReadAllAsync(late.Token))
        {
            steps.Add(step);
            if (step.Status == OperationState.Included)
            {
                break;
            }
        }

        Assert.That(steps.Select(step => step.UserOpHash), Is.All.EqualTo(receipt.UserOpHash));
        Assert.That(steps.Select(step => step.Status), Is.Ordered.And.SupersetOf(new[] { OperationState.Pending, OperationState.Bundled, OperationState.Included }));
        Assert.That(steps[^1].TransactionHash, Is.EqualTo(receipt.Receipt.TransactionHash));
    }

    [Test]
    public async Task A_subscription_that_is_refused_says_why()
    {
        BundlerException refusal = (await Assert.ThrowsAsync<BundlerException>(
            () => UserOperationSubscription.StartAsync(_rig.Node.Url, new UserOperationFilter { UserOpHash = "0x12" })))!;

        Assert.That((refusal.Kind, refusal.Method), Is.EqualTo((BundlerErrorKind.InvalidFields, "bundler_subscribe")));
    }

    private async Task<BigInteger> ChainIdAsync() => await _rig.Bundler.ChainId.SendRequestAsync();
}
