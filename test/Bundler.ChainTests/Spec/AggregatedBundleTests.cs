using Bundler.ChainTests.Validation;
using Bundler.Engine.Bundling.Checks;
using Bundler.Engine.Pool;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.ChainTests.Spec;

/// <summary>Operations of a served aggregator and others go through one handleAggregatedOps, and the aggregator accepts its group.</summary>
[TestFixture(EntryPointVersion.V06)]
[TestFixture(EntryPointVersion.V07)]
[TestFixture(EntryPointVersion.V08)]
[TestFixture(EntryPointVersion.V09)]
internal sealed class AggregatedBundleTests(EntryPointVersion version) : SpecChainTests(version)
{
    private const ulong BundleGas = 8_000_000;

    private static readonly Address _signer = DevAccounts.All[0].Address;

    [Test]
    public async Task A_mixed_bundle_passes_the_third_validation_and_is_mined()
    {
        SpecStage stage = Stage;
        MempoolEntry[] entries =
        [
            await EntryAsync(stage, 0x31, named: true), await EntryAsync(stage, 0x32, named: false), await EntryAsync(stage, 0x33, named: true),
        ];
        List<MempoolEntry> ordered = BundleEncoder.InGroups(entries);

        Outcome<Bytes> call = await Encoder(stage).EncodeAsync(stage.EntryPoint, ordered, _signer, CancellationToken.None);
        BundleCheck check = await Chain.Rig.Bundles.CheckAsync(
            [.. ordered.Select(entry => new ValidatedOperation(stage.EntryPoint, entry.Operation, entry.Validation!))],
            call.Value,
            _signer,
            BundleGas,
            [],
            ValidationRig.TimeLimit,
            CancellationToken.None);

        Assert.That(check.Fault, Is.Null);
        Assert.That(check.Operations.Select(operation => operation.Success), Is.EqualTo(new[] { true, true, true }));
        Assert.That(check.Findings, Is.Empty);
        Assert.That(await Chain.Rig.SendAsync(stage.EntryPoint.Address, call.Value, "0x0"), Is.Positive);
    }

    [Test]
    public async Task A_bundle_whose_joined_signature_is_wrong_blames_the_aggregator()
    {
        SpecStage stage = Stage;
        MempoolEntry entry = await EntryAsync(stage, 0x34, named: true);
        AggregatedOperations forged = new(stage.Aggregator, [entry.Operation], Hash32.From(7).ToBytes());

        BundleCheck check = await Chain.Rig.Bundles.CheckAsync(
            [new ValidatedOperation(stage.EntryPoint, entry.Operation, entry.Validation!)],
            stage.EntryPoint.Bundles.EncodeHandleAggregatedOps([forged], _signer),
            _signer,
            BundleGas,
            [],
            ValidationRig.TimeLimit,
            CancellationToken.None);

        Assert.That(check.Fault?.Blamed, Is.EqualTo(new Entity(EntityKind.Aggregator, stage.Aggregator)));
    }

    private static BundleEncoder Encoder(SpecStage stage)
    {
        ValidationOptions options = new();
        options.AllowedAggregators.Add(stage.Aggregator.ToString());
        return new BundleEncoder(new AggregatorDesk(stage.Rig.Eth, Options.Create(options)));
    }

    private static async Task<MempoolEntry> EntryAsync(SpecStage stage, int role, bool named)
    {
        Address account = Address.Parse($"0x7562{(int)stage.Version:x2}ff000000000000000000000000000000{role:x2}");
        await stage.PutAsync(SpecStage.TestArtifact("RuleAccount").DeployedBytecode, account);
        UserOperation operation = named
            ? stage.OperationOf(account, Act.Answer(stage.Aggregator.ToWord().ToUInt256()))
            : stage.OperationOf(account);
        operation = operation with { VerificationGasLimit = 500_000 };
        ValidationResult validation = await stage.MeasureAsync(operation);
        Assert.That(validation.Aggregator, Is.EqualTo(named ? stage.Aggregator : (Address?)null));
        return A.Entry(operation, validation) with { EntryPoint = stage.EntryPoint };
    }
}
