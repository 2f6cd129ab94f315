using Bundler.Engine.Chain;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Validation;

[TestFixture(EntryPointVersion.V06)]
[TestFixture(EntryPointVersion.V07)]
[TestFixture(EntryPointVersion.V08)]
[TestFixture(EntryPointVersion.V09)]
public sealed class RevalidationTests(EntryPointVersion version)
{
    private static ulong _salt = 1000;

    private ValidationRig _rig = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _rig = await ValidationRig.StartAsync();

    [OneTimeTearDown]
    public ValueTask EndAsync() => _rig.DisposeAsync();

    [Test]
    public async Task Operations_behind_which_nothing_has_changed_cost_one_request_together()
    {
        List<ValidatedOperation> operations = [];
        for (int i = 0; i < 3; i++)
        {
            SimpleAccountWallet wallet = await NewWalletAsync();
            operations.Add(await ValidatedAsync(wallet, wallet.Signed()));
        }

        await _rig.Anvil.RpcAsync("anvil_mine", "0x3");
        long before = _rig.Counter.RoundTrips;
        IReadOnlyList<Outcome<ValidationResult>> outcomes = await RevalidateAsync(operations);

        Assert.That(outcomes.Select(outcome => outcome.Rejection), Is.All.Null);
        Assert.That(outcomes[0].Value.BlockHash, Is.Not.EqualTo(operations[0].Validation.BlockHash));
        Assert.That(_rig.Counter.RoundTrips - before, Is.EqualTo(2), "the head and one batch");
    }

    [TestCase(0, 3)]
    [TestCase(4, 7)]
    [TestCase(10, 13)]
    public async Task A_bundle_of_ten_costs_three_items_and_one_for_each_operation_that_changed(int changed, int items)
    {
        List<ValidatedOperation> operations = [];
        for (int i = 0; i < 10; i++)
        {
            SimpleAccountWallet wallet = await NewWalletAsync();
            operations.Add(await ValidatedAsync(wallet, wallet.Signed()));
            if (i < changed)
            {
                // The prefund is paid out of another pocket than at the first validation.
                await DepositAsync(wallet, "0xde0b6b3a7640000");
            }
        }

        ChainHead head = await _rig.HeadAsync();
        _rig.Counter.Clear();
        IReadOnlyList<Outcome<ValidationResult>> second = await _rig.Validator.RevalidateAsync(operations, head, CancellationToken.None);
        BundleCheck third = await CheckAsync([.. operations.Select((each, i) => each with { Validation = second[i].Value })]);

        Assert.That(third.Fault, Is.Null);
        Assert.That(_rig.Counter.Snapshot().Values.Sum(), Is.EqualTo(items), "JSON-RPC items");
        Assert.That(_rig.Counter.RoundTrips, Is.EqualTo(items - 1), "HTTP requests: at most n + 2");
        Assert.That(_rig.Counter.Of("eth_call"), Is.EqualTo(2));
    }

    [Test]
    public async Task EREP_010_stakes_and_deposits_are_those_of_now_although_nothing_else_has_changed()
    {
        SimpleAccountWallet wallet = await NewWalletAsync();
        await DepositAsync(wallet, "0xde0b6b3a7640000");
        ValidatedOperation operation = await ValidatedAsync(wallet, wallet.Signed());
        UInt256 before = operation.Validation.Stakes[wallet.Address].Deposit;
        await DepositAsync(wallet, "0x5");

        ValidationResult validated = (await RevalidateAsync([operation]))[0].Value;

        Assert.That(validated.Stakes[wallet.Address].Deposit, Is.EqualTo(before + 5));
        Assert.That(validated.Stakes.Keys, Is.EquivalentTo(operation.Validation.Stakes.Keys));
    }

    [Test]
    public async Task An_operation_whose_nonce_was_used_is_traced_again_and_refused()
    {
        SimpleAccountWallet wallet = await NewWalletAsync();
        ValidatedOperation operation = await ValidatedAsync(wallet, wallet.Signed());
        await _rig.IncludeAsync(wallet.EntryPoint, wallet.Signed());

        Rejection? rejection = (await RevalidateAsync([operation]))[0].Rejection;

        Assert.That(rejection, Is.TypeOf<Rejection.RejectedByEntryPoint>());
        Assert.That(rejection!.Message, Does.StartWith(version == EntryPointVersion.V09 ? "AA25" : "AA10"));
    }

    [Test]
    public async Task A_deposit_that_moved_but_still_covers_the_prefund_costs_no_trace()
    {
        SimpleAccountWallet wallet = await NewWalletAsync();
        await DepositAsync(wallet, "0xde0b6b3a7640000");
        ValidatedOperation operation = await ValidatedAsync(wallet, wallet.Signed());
        await DepositAsync(wallet, "0x1");
        long before = _rig.Counter.RoundTrips;

        Rejection? rejection = (await RevalidateAsync([operation]))[0].Rejection;

        Assert.That(rejection, Is.Null);
        Assert.That(_rig.Counter.RoundTrips - before, Is.EqualTo(2), "the head and one batch");
    }

    [Test]
    public async Task A_deposit_that_moved_and_did_not_cover_the_prefund_is_traced_again()
    {
        SimpleAccountWallet wallet = await NewWalletAsync();
        await DepositAsync(wallet, "0x1");
        ValidatedOperation operation = await ValidatedAsync(wallet, wallet.Signed());
        await DepositAsync(wallet, "0x1");
        long before = _rig.Counter.RoundTrips;

        Rejection? rejection = (await RevalidateAsync([operation]))[0].Rejection;

        Assert.That(rejection, Is.Null);
        Assert.That(_rig.Counter.RoundTrips - before, Is.GreaterThan(2), "facts and a trace of its own");
    }

    [Test]
    public async Task An_account_that_has_spent_its_money_is_refused()
    {
        SimpleAccountWallet wallet = await NewWalletAsync();
        ValidatedOperation operation = await ValidatedAsync(wallet, wallet.Signed());
        await _rig.Anvil.RpcAsync("anvil_setBalance", wallet.Address.ToLowerHex(), "0x1");

        Rejection? rejection = (await RevalidateAsync([operation]))[0].Rejection;

        Assert.That(rejection!.Message, Does.StartWith("AA21"));
    }

    [Test]
    public async Task A_tuple_that_the_account_outlived_is_refused_before_signing()
    {
        if (version < EntryPointVersion.V08)
        {
            return; // accounts for EIP-7702 come with v0.8
        }

        (UserOperation operation, EntryPoint entryPoint) = await _rig.DelegatedOperationAsync(version);
        ValidationReport report = await _rig.ExamineAsync(entryPoint, operation);
        await _rig.Anvil.RpcAsync("anvil_setNonce", operation.Sender.ToLowerHex(), "0x1");

        Rejection? rejection = (await RevalidateAsync([new ValidatedOperation(entryPoint, operation, report.Result!)]))[0].Rejection;

        await _rig.Anvil.RpcAsync("anvil_setNonce", operation.Sender.ToLowerHex(), "0x0");
        Assert.That(rejection!.Message, Is.EqualTo("eip7702Auth.nonce: expected 1, got 0"));
    }

    [Test]
    public async Task COD_010_code_that_has_changed_is_a_violation()
    {
        SimpleAccountWallet wallet = await NewWalletAsync();
        ValidatedOperation operation = await ValidatedAsync(wallet, wallet.Signed());
        Bytes code = await _rig.Eth.GetCodeAsync(wallet.Factory, BlockTag.Latest, CancellationToken.None);
        await _rig.Anvil.RpcAsync("anvil_setCode", wallet.Factory.ToLowerHex(), code + "00");
        try
        {
            Rejection? rejection = (await RevalidateAsync([operation]))[0].Rejection;

            Assert.That((rejection as Rejection.RuleViolated)?.Violation.Rule, Is.EqualTo(Erc7562Rule.Cod010));
            Assert.That((rejection as Rejection.RuleViolated)?.Violation.Entity, Is.EqualTo(new Entity(EntityKind.Factory, wallet.Factory)));
        }
        finally
        {
            await _rig.Anvil.RpcAsync("anvil_setCode", wallet.Factory.ToLowerHex(), code.ToString());
        }
    }

    [Test]
    public async Task A_bundle_goes_through_with_the_gas_of_its_receipt()
    {
        SimpleAccountWallet first = await NewWalletAsync();
        SimpleAccountWallet second = await NewWalletAsync();
        ValidatedOperation[] operations = [await ValidatedAsync(first, first.Signed()), await ValidatedAsync(second, second.Signed())];

        BundleCheck check = await CheckAsync(operations);

        ulong gas = await _rig.IncludeAsync(first.EntryPoint, first.Signed(), second.Signed());
        TestContext.Out.WriteLine($"{first.EntryPoint.VersionText}: checked {check.GasUsed}, mined {gas}");
        Assert.That(check.Fault, Is.Null);
        Assert.That(check.Operations.Select(operation => operation.Success), Is.EqualTo(new[] { true, true }));
        Assert.That(check.Findings, Is.Empty);
        Assert.That(check.GasUsed, Is.InRange(gas * 98 / 100, gas * 102 / 100));
    }

    [Test]
    public async Task A_bundle_with_a_bad_operation_names_it_and_its_account()
    {
        SimpleAccountWallet good = await NewWalletAsync();
        SimpleAccountWallet bad = await NewWalletAsync();
        ValidatedOperation spoilt = await ValidatedAsync(bad, bad.Signed());
        spoilt = spoilt with { Operation = spoilt.Operation with { PreVerificationGas = 1 } };

        BundleCheck check = await CheckAsync([await ValidatedAsync(good, good.Signed()), spoilt]);

        Assert.That(check.Fault!.OperationIndex, Is.EqualTo(1));
        Assert.That(check.Fault.Reason, Is.EqualTo("AA24 signature error"));
        Assert.That(check.Fault.Blamed, Is.EqualTo(new Entity(EntityKind.Account, bad.Address)));
    }

    private Task<ulong> DepositAsync(SimpleAccountWallet wallet, string wei) =>
        _rig.SendAsync(wallet.EntryPoint.Address, EntryPointCalls.DepositTo.EncodeCall(wallet.Address), wei);

    private Task<BundleCheck> CheckAsync(IReadOnlyList<ValidatedOperation> operations)
    {
        Bytes data =
            operations[0].EntryPoint.Bundles.EncodeHandleOps([.. operations.Select(each => each.Operation)], DevAccounts.All[0].Address);
        return _rig.Bundles.CheckAsync(operations, data, DevAccounts.All[0].Address, 5_000_000, [], ValidationRig.TimeLimit, CancellationToken.None);
    }

    private Task<SimpleAccountWallet> NewWalletAsync() => _rig.WalletAsync(version, Interlocked.Increment(ref _salt));

    private async Task<ValidatedOperation> ValidatedAsync(SimpleAccountWallet wallet, UserOperation operation)
    {
        ValidationReport report = await _rig.ExamineAsync(wallet.EntryPoint, operation);
        Assert.That(report.Rejection, Is.Null);
        return new ValidatedOperation(wallet.EntryPoint, operation, report.Result!);
    }

    private async Task<IReadOnlyList<Outcome<ValidationResult>>> RevalidateAsync(IReadOnlyList<ValidatedOperation> operations) =>
        await _rig.Validator.RevalidateAsync(operations, await _rig.HeadAsync(), CancellationToken.None);
}
