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

    private static readonly ContractArtifact _minded = EstimateRig.TestContract("GasMinded");

    private EstimateRig _rig = null!;
    private Address _target;
    private Address _gasMinded;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _rig = await EstimateRig.StartAsync();
        _target = await _rig.DeployAsync("Undertaking");
        _gasMinded = await _rig.DeployAsync("GasMinded");
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

    // What ample gas does is the second way; both cost the same.
    [Test]
    public async Task Of_two_ways_at_one_price_ample_gas_has_the_say([Values(200_000ul, 3_000_000ul)] ulong threshold)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version, deployed: true);
        Bytes[] calls =
        [
            _minded.Abi.Function("choose").EncodeCall((UInt256)threshold),
            _minded.Abi.Function("tell").EncodeCall((UInt256)threshold, await _rig.DeployAsync("GasMinded")),
            _minded.Abi.Function("announce").EncodeCall((UInt256)threshold),
        ];

        List<string> ways = [];
        List<UInt256> limits = [];
        foreach (Bytes call in calls)
        {
            (UserOperation operation, TransactionReceipt receipt) = await HandleAsync(wallet, (ulong)limits.Count + 1, _gasMinded, call);
            limits.Add(operation.CallGasLimit);
            ways.Add(receipt.Logs.FirstOrDefault(log => log.Address == _gasMinded)?.Data.ToString() ?? "");
        }

        Assert.That(await NumberAsync(_gasMinded, _minded, "way"), Is.EqualTo((UInt256)2), "the slot");
        Assert.That(ways[^1], Does.EndWith("2"), "the log");
        Assert.That(limits, Has.All.InRange((UInt256)threshold, (UInt256)(threshold * 3 / 2)));
    }

    [Test]
    public async Task A_number_that_follows_the_gas_is_no_deed()
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version, deployed: true);

        (UserOperation operation, TransactionReceipt receipt) = await HandleAsync(wallet, 1, _gasMinded, _minded.Abi.Function("note").EncodeCall());

        Assert.That(receipt.Logs.Count(log => log.Address == _gasMinded), Is.EqualTo(1));
        Assert.That(operation.CallGasLimit, Is.LessThan((UInt256)150_000));
    }

    private async Task<UserOperation> RunAsync(SimpleAccountWallet wallet, ulong nonce, Bytes call) =>
        (await HandleAsync(wallet, nonce, _target, call)).Operation;

    private async Task<(UserOperation Operation, TransactionReceipt Receipt)> HandleAsync(SimpleAccountWallet wallet, ulong nonce, Address target, Bytes call)
    {
        UserOperation draft = wallet.Operation(deployed: true, nonce) with { CallData = _execute.EncodeCall(target, UInt256.Zero, call), CallGasLimit = 0 };
        Outcome<GasEstimate> outcome = await _rig.Estimator.EstimateAsync(
            wallet.EntryPoint, new PartialUserOperation(draft) { HasFees = true, HasSignature = true }, null, CancellationToken.None);
        UserOperation operation = draft with
        {
            PreVerificationGas = outcome.Value.PreVerificationGas,
            VerificationGasLimit = outcome.Value.VerificationGasLimit,
            CallGasLimit = outcome.Value.CallGasLimit,
        };
        TransactionReceipt receipt = await _rig.HandleAsync(wallet.EntryPoint, wallet.Sign(operation));
        Assert.That(receipt.Logs.Any(LeastLimit.IsSuccess), Is.True, $"{operation.CallGasLimit} of {receipt.GasUsed}, {receipt.Success}");
        return (operation, receipt);
    }

    private Task<UInt256> NumberAsync(string name) => NumberAsync(_target, _undertaking, name);

    private async Task<UInt256> NumberAsync(Address contract, ContractArtifact artifact, string name)
    {
        AbiFunction function = artifact.Abi.Function(name);
        CallRequest call = new() { To = contract, Data = function.EncodeCall() };
        return (UInt256)function.DecodeResult(await _rig.Eth.CallAsync(call, BlockTag.Latest, CancellationToken.None))[0];
    }
}
