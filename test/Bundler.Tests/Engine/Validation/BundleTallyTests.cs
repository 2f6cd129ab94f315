using Bundler.Engine.Reputation;
using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Validation;

public sealed class BundleTallyTests
{
    [Test]
    public void EREP_055_a_context_of_another_length_is_found()
    {
        BundleFinding finding = Check(context: 32, alone: 31).Single();

        Assert.That((finding.Rule, finding.OperationIndex, finding.Entity), Is.EqualTo((Erc7562Rule.Erep055, 0, new Entity(EntityKind.Paymaster, A.Paymaster))));
        Assert.That(Check(context: 32, alone: 32), Is.Empty);
    }

    [TestCase(90_000UL, 0)]
    [TestCase(89_999UL, 1)]
    public void EREP_070_a_staked_entity_with_more_than_ten_percent_less_gas_is_found(ulong gas, int findings) =>
        Assert.That(Check(gas: gas).Select(finding => finding.Rule), Is.EqualTo(Enumerable.Repeat(Erc7562Rule.Erep070, findings)));

    [Test]
    public void EREP_070_an_unstaked_entity_is_not_held_to_it() => Assert.That(Check(gas: 10, staked: false), Is.Empty);

    [Test]
    public void EREP_070_warm_slots_do_not_make_the_second_operation_of_a_paymaster_suspicious() =>
        Assert.That(Check(gas: 95_000, secondGas: 80_000), Is.Empty);

    [TestCase(10, 0)]
    [TestCase(4, 1)]
    public void EREP_070_an_entity_is_compared_less_what_strangers_have_warmed_for_it(int shared, int findings)
    {
        IReadOnlyDictionary<Address, IReadOnlySet<Hash32>> slots =
            new Dictionary<Address, IReadOnlySet<Hash32>> { [A.Paymaster] = Enumerable.Range(0, shared).Select(slot => Hash32.From(slot)).ToHashSet() };
        ValidationResult stranger = A.Validation() with { AccessedSlots = slots };
        ValidationResult paid = stranger with
        {
            PaymasterVerificationGasUsed = 100_000,
            Stakes = new Dictionary<Address, StakeInfo> { [A.Paymaster] = new StakeInfo(A.Paymaster, 1_000, 86_400, UInt256.Zero) },
        };
        UserOperation sponsored = A.UserOperation() with { Paymaster = A.Paymaster };
        FrameBuilder root = new(CallKind.Call, A.AddressOf(1), A.EntryPoint.Address);
        root.Add(new FrameBuilder(CallKind.Call, A.EntryPoint.Address, A.AddressOf(2)).WithSelector(A.EntryPoint.Bundles.Selectors.ValidateUserOp));
        root.Add(new FrameBuilder(CallKind.Call, A.EntryPoint.Address, A.Account).WithSelector(A.EntryPoint.Bundles.Selectors.ValidateUserOp));
        root.Add(new FrameBuilder(CallKind.Call, A.EntryPoint.Address, A.Paymaster)
            .WithSelector(A.EntryPoint.Bundles.Selectors.ValidatePaymasterUserOp)
            .UsesGas(75_000)
            .Returns(Context(0)));

        BundleCheck check = BundleTally.Of(
            [
                new ValidatedOperation(A.EntryPoint, A.UserOperation() with { Sender = A.AddressOf(2) }, stranger),
                new ValidatedOperation(A.EntryPoint, sponsored, paid),
            ],
            new CallTrace(root.Build(), []),
            new StakePolicy(TraceBuilder.Chain));

        Assert.That(check.Findings.Select(finding => finding.Rule), Is.EqualTo(Enumerable.Repeat(Erc7562Rule.Erep070, findings)));
    }

    private static IReadOnlyList<BundleFinding> Check(
        int context = 0, int alone = 0, ulong gas = 100_000, ulong? secondGas = null, bool staked = true)
    {
        ulong[] gases = secondGas is { } second ? [gas, second] : [gas];
        StakeInfo stake = new(A.Paymaster, staked ? 1_000 : 1, 86_400, UInt256.Zero);
        FrameBuilder root = new(CallKind.Call, A.AddressOf(1), A.EntryPoint.Address);
        List<ValidatedOperation> operations = [];
        foreach (ulong used in gases)
        {
            Address sender = A.AddressOf(10 + operations.Count);
            root.Add(new FrameBuilder(CallKind.Call, A.EntryPoint.Address, sender).WithSelector(A.EntryPoint.Bundles.Selectors.ValidateUserOp));
            root.Add(new FrameBuilder(CallKind.Call, A.EntryPoint.Address, A.Paymaster)
                .WithSelector(A.EntryPoint.Bundles.Selectors.ValidatePaymasterUserOp)
                .UsesGas(used)
                .Returns(Context(context)));
            operations.Add(new ValidatedOperation(
                A.EntryPoint,
                A.UserOperation() with { Sender = sender, Paymaster = A.Paymaster },
                A.Validation() with
                {
                    ContextLength = alone,
                    VerificationGasUsed = 20_000,
                    PaymasterVerificationGasUsed = 100_000,
                    Stakes = new Dictionary<Address, StakeInfo> { [A.Paymaster] = stake },
                }));
        }

        return BundleTally.Of(operations, new CallTrace(root.Build(), []), new StakePolicy(TraceBuilder.Chain)).Findings;
    }

    private static Bytes Context(int length)
    {
        Bytes data = Bytes.Own(new byte[(length + 31) / 32 * 32]);
        return Bytes.Concat(Hash32.From(64).ToBytes(), Hash32.Zero.ToBytes(), Hash32.From(length).ToBytes(), data);
    }
}
