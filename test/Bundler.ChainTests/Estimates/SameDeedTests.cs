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

    // As much work as leaves, where it starves, a 64th that is enough to note the failure.
    [Test]
    public async Task Work_that_is_tried_is_done([Values("run", "runByHalf")] string function)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version, deployed: true);
        ulong from = function == "run" ? 0ul : 1_000_000;
        ulong nonce = 1;
        List<string> undone = [];
        for (ulong slots = 1; slots <= 120; slots += 1 + slots / 16)
        {
            (UInt256 done, UInt256 failures) = (await NumberAsync("done"), await NumberAsync("failures"));
            UserOperation operation = await RunAsync(wallet, nonce++, _undertaking.Abi.Function(function).EncodeCall((UInt256)from, (UInt256)slots));
            from += slots;
            if ((await NumberAsync("done"), await NumberAsync("failures")) != (done + 1, failures))
            {
                undone.Add($"{slots} slots with {operation.CallGasLimit}");
            }
        }

        Assert.That(undone, Is.Empty);
    }

    private async Task<UserOperation> RunAsync(SimpleAccountWallet wallet, ulong nonce, Bytes call)
    {
        UserOperation draft = wallet.Operation(deployed: true, nonce) with { CallData = _execute.EncodeCall(_target, UInt256.Zero, call), CallGasLimit = 0 };
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
        return operation;
    }

    private async Task<UInt256> NumberAsync(string name)
    {
        AbiFunction function = _undertaking.Abi.Function(name);
        CallRequest call = new() { To = _target, Data = function.EncodeCall() };
        return (UInt256)function.DecodeResult(await _rig.Eth.CallAsync(call, BlockTag.Latest, CancellationToken.None))[0];
    }
}
