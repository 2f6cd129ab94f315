using Bundler.Engine.Gas;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Estimates;

[TestFixture(EntryPointVersion.V06)]
[TestFixture(EntryPointVersion.V07)]
[TestFixture(EntryPointVersion.V08)]
[TestFixture(EntryPointVersion.V09)]
public sealed class GasEstimatorTests(EntryPointVersion version)
{
    private static readonly AbiFunction _execute = AbiFunction.Parse("execute(address dest,uint256 value,bytes func)");

    private EstimateRig _rig = null!;
    private Address _target;
    private SimpleAccountWallet _wallet = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _rig = await EstimateRig.StartAsync();
        _target = await _rig.DeployAsync("EstimationTarget");
        _wallet = await _rig.WalletAsync(version, deployed: true);
    }

    [OneTimeTearDown]
    public ValueTask EndAsync() => _rig.DisposeAsync();

    [Test]
    public async Task A_reverting_call_is_told_with_its_reason_and_data()
    {
        Rejection? rejection = (await EstimateAsync(Bare(Corpus.Call("fails", "out of luck")))).Rejection;

        Assert.That(rejection, Is.EqualTo(new Rejection.ExecutionReverted("out of luck", AbiError.Message.Encode("out of luck"))));
        Assert.That(rejection!.Code, Is.EqualTo(-32521));
    }

    [Test]
    public async Task Every_dummy_signature_will_do([Values("0x", "0x00", "zeros", "ones")] string kind)
    {
        byte[] filled = new byte[65];
        Array.Fill(filled, kind == "ones" ? byte.MaxValue : (byte)0);
        Bytes signature = kind.StartsWith("0x", StringComparison.Ordinal) ? Bytes.Parse(kind) : Bytes.Own(filled);
        GasEstimate usual = (await EstimateAsync(Bare(Corpus.Call("increment")))).Value;

        GasEstimate estimate = (await EstimateAsync(Bare(Corpus.Call("increment")) with { Signature = signature })).Value;

        Assert.That(estimate, Is.EqualTo(usual));
    }

    [Test]
    public async Task An_account_without_funds_is_estimated_as_if_it_had_them()
    {
        SimpleAccountWallet poor = await _rig.WalletAsync(version, funded: false);

        Outcome<GasEstimate> outcome = await EstimateAsync(poor.Operation() with { CallGasLimit = 0, MaxFeePerGas = 0, MaxPriorityFeePerGas = 0 }, fees: false);

        Assert.That(outcome.Rejection, Is.Null);
        UserOperation operation = With(poor.Operation(), outcome.Value);
        await _rig.FundAsync(poor.Address);
        Assert.That((await _rig.HandleAsync(poor.EntryPoint, poor.Sign(operation))).Logs.Any(LeastLimit.IsSuccess), Is.True);
    }

    [Test]
    public async Task An_account_that_is_not_there_is_AA20()
    {
        SimpleAccountWallet nowhere = await _rig.WalletAsync(version);

        Rejection? rejection = (await EstimateAsync(nowhere.Operation(deployed: true))).Rejection;

        Assert.That(rejection, Is.EqualTo(new Rejection.RejectedByEntryPoint("AA20 account not deployed")));
    }

    [Test]
    public async Task A_factory_that_makes_nothing_is_told_by_its_AA_code()
    {
        SimpleAccountWallet nowhere = await _rig.WalletAsync(version);

        Rejection? rejection = (await EstimateAsync(nowhere.Operation() with { Factory = _target, FactoryData = Bytes.Parse("0x12345678") })).Rejection;

        Assert.That(rejection, Is.TypeOf<Rejection.RejectedByEntryPoint>());
        Assert.That(rejection!.Message, Does.StartWith("AA13"));
    }

    [Test]
    public async Task A_nonce_that_is_used_is_AA25()
    {
        Rejection? rejection = (await EstimateAsync(_wallet.Operation(deployed: true, nonce: 0))).Rejection;

        Assert.That(rejection?.Message, Does.StartWith("AA25"));
    }

    [Test]
    public async Task A_paymaster_without_a_deposit_is_AA31()
    {
        Address paymaster = await _rig.DeployAsync(version == EntryPointVersion.V06 ? "TestPaymasterV06" : "TestPaymasterV07", UInt256.Zero);

        Rejection? rejection = (await EstimateAsync(Bare(Corpus.Call("increment")) with { Paymaster = paymaster })).Rejection;

        Assert.That(rejection, Is.TypeOf<Rejection.RejectedByPaymaster>());
        Assert.That(rejection!.Message, Does.StartWith("AA31"));
    }

    [Test]
    public async Task Limits_that_are_given_stay()
    {
        UserOperation given = Bare(Corpus.Call("increment")) with { CallGasLimit = 123_456, VerificationGasLimit = 98_765, PreVerificationGas = 77_777 };

        GasEstimate estimate = (await EstimateAsync(given, given: true)).Value;

        Assert.That(estimate, Is.EqualTo(new GasEstimate(77_777, 98_765, 123_456, null, null)));
    }

    [Test]
    public async Task A_given_limit_that_is_too_low_is_told()
    {
        UserOperation call = Bare(Corpus.Call("burn", 1_000)) with { CallGasLimit = 60_000, VerificationGasLimit = 98_765, PreVerificationGas = 77_777 };
        UserOperation verification = call with { CallGasLimit = 1_000_000, VerificationGasLimit = 9_000 };

        Assert.That((await EstimateAsync(call, given: true)).Rejection, Is.TypeOf<Rejection.ExecutionReverted>());
        Assert.That((await EstimateAsync(verification, given: true)).Rejection?.Message, Does.StartWith("AA2").Or.StartWith("AA40"));
    }

    [Test]
    public async Task State_overrides_of_the_caller_count()
    {
        UserOperation operation = Bare(Corpus.Call("increment"));
        StateOverride overrides = StateOverride.Of(_target, new AccountOverride { Code = Bytes.Parse("0x60006000fd") });

        Outcome<GasEstimate> outcome = await _rig.Estimator.EstimateAsync(
            _wallet.EntryPoint, new PartialUserOperation(operation) { HasFees = true, HasSignature = true }, overrides, CancellationToken.None);

        Assert.That(outcome.Rejection, Is.TypeOf<Rejection.ExecutionReverted>());
    }

    [Test]
    public async Task A_call_too_large_for_one_eth_call_is_finished_in_another()
    {
        await using EstimateRig rig = await EstimateRig.StartAsync(new EstimationOptions { MaxEstimationGas = 7_000_000 });
        Address target = await rig.DeployAsync("EstimationTarget");
        SimpleAccountWallet wallet = await rig.WalletAsync(version, deployed: true);
        UserOperation operation = wallet.Operation(deployed: true, nonce: 1) with
        {
            CallData = _execute.EncodeCall(target, UInt256.Zero, Corpus.Call("nest", 12, 2_500)), CallGasLimit = 0,
        };

        Outcome<GasEstimate> outcome = await rig.Estimator.EstimateAsync(
            wallet.EntryPoint, new PartialUserOperation(operation) { HasFees = true }, null, CancellationToken.None);

        Assert.That(outcome.Rejection, Is.Null);
        Assert.That(rig.Counter.RoundTrips, Is.EqualTo(4), "code, call, call again, a look at what it does");
        CorpusOperation made = new(wallet.EntryPoint, operation, unsigned => wallet.Sign(unsigned));
        LeastLimit least = new(rig, made, With(operation, outcome.Value));
        Assert.That(await least.EstimateWorksAsync(), Is.True, outcome.Value.ToString());
        UInt256 found = await least.FindAsync(outcome.Value.CallGasLimit, (op, limit) => op with { CallGasLimit = limit });
        Assert.That((double)(ulong)outcome.Value.CallGasLimit / (ulong)found, Is.LessThan(1.15));
    }

    [Test]
    public async Task Estimates_suffice_when_operations_share_a_bundle()
    {
        List<UserOperation> operations = [];
        for (int i = 0; i < 8; i++)
        {
            bool deployed = i % 2 == 0;
            SimpleAccountWallet wallet = await _rig.WalletAsync(version, deployed);
            UserOperation operation = wallet.Operation(deployed, deployed ? 1 : 0) with
            {
                CallData = _execute.EncodeCall(_target, UInt256.Zero, Corpus.Call("nest", 4, 100)), CallGasLimit = 0,
            };
            operations.Add(wallet.Sign(With(operation, (await EstimateAsync(operation)).Value)));
        }

        TransactionReceipt receipt = await _rig.HandleAsync(_wallet.EntryPoint, [.. operations]);

        Assert.That(receipt.Success, Is.True);
        Assert.That(receipt.Logs.Count(LeastLimit.IsSuccess), Is.EqualTo(operations.Count));
    }

    private UserOperation Bare(Bytes call) => _wallet.Operation(deployed: true, nonce: 1) with
    {
        CallData = _execute.EncodeCall(_target, UInt256.Zero, call), CallGasLimit = 0, VerificationGasLimit = 0, PreVerificationGas = 0,
    };

    private static UserOperation With(UserOperation operation, GasEstimate estimate) => operation with
    {
        PreVerificationGas = estimate.PreVerificationGas,
        VerificationGasLimit = estimate.VerificationGasLimit,
        CallGasLimit = estimate.CallGasLimit,
        PaymasterVerificationGasLimit = estimate.PaymasterVerificationGasLimit ?? 0,
        PaymasterPostOpGasLimit = estimate.PaymasterPostOpGasLimit ?? 0,
    };

    private Task<Outcome<GasEstimate>> EstimateAsync(UserOperation operation, bool given = false, bool fees = true) => _rig.Estimator.EstimateAsync(
        _wallet.EntryPoint,
        new PartialUserOperation(operation)
        {
            HasFees = fees, HasSignature = true, HasCallGasLimit = given, HasVerificationGasLimit = given, HasPreVerificationGas = given,
        },
        null,
        CancellationToken.None);
}
