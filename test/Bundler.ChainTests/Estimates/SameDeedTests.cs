using Bundler.Contracts;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Estimates;

/// <summary>A call that tries, and survives its failure, does on the chain with the estimated limit what it does with ample gas.</summary>
[TestFixture(EntryPointVersion.V06)]
[TestFixture(EntryPointVersion.V07)]
[TestFixture(EntryPointVersion.V08)]
[TestFixture(EntryPointVersion.V09)]
public sealed class SameDeedTests(EntryPointVersion version)
{
    private static readonly AbiFunction _execute = AbiFunction.Parse("execute(address dest,uint256 value,bytes func)");
    private static readonly ContractArtifact _undertaking = EstimateRig.TestContract("Undertaking");

    private EstimateRig _rig = null!;
    private Address _target;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _rig = await EstimateRig.StartAsync();
        _target = await _rig.DeployAsync("Undertaking");
    }

    [OneTimeTearDown]
    public ValueTask EndAsync() => _rig.DisposeAsync();

    [TestCase("run", 0, 20)]
    [TestCase("run", 100, 1)]
    [TestCase("run", 200, 5)]
    [TestCase("run", 300, 60)]
    [TestCase("run", 400, 200)]
    [TestCase("runByHalf", 1_000, 20)]
    [TestCase("runByHalf", 1_100, 90)]
    public async Task Work_that_is_tried_is_done(string function, int from, int slots)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version, deployed: true);
        UserOperation draft = wallet.Operation(deployed: true, nonce: 1) with
        {
            CallData = _execute.EncodeCall(_target, UInt256.Zero, _undertaking.Abi.Function(function).EncodeCall((UInt256)(ulong)from, (UInt256)(ulong)slots)),
            CallGasLimit = 0,
        };
        (UInt256 done, UInt256 failures) = (await NumberAsync("done"), await NumberAsync("failures"));

        Outcome<GasEstimate> outcome = await _rig.Estimator.EstimateAsync(
            wallet.EntryPoint, new PartialUserOperation(draft) { HasFees = true, HasSignature = true }, null, CancellationToken.None);
        UserOperation operation = draft with
        {
            PreVerificationGas = outcome.Value.PreVerificationGas,
            VerificationGasLimit = outcome.Value.VerificationGasLimit,
            CallGasLimit = outcome.Value.CallGasLimit,
        };
        TransactionReceipt receipt = await _rig.HandleAsync(wallet.EntryPoint, wallet.Sign(operation));

        Assert.That(receipt.Logs.Any(LeastLimit.IsSuccess), Is.True);
        Assert.That((await NumberAsync("done"), await NumberAsync("failures")), Is.EqualTo((done + 1, failures)), $"with {operation.CallGasLimit}");
    }

    private async Task<UInt256> NumberAsync(string name)
    {
        AbiFunction function = _undertaking.Abi.Function(name);
        CallRequest call = new() { To = _target, Data = function.EncodeCall() };
        return (UInt256)function.DecodeResult(await _rig.Eth.CallAsync(call, BlockTag.Latest, CancellationToken.None))[0];
    }
}
