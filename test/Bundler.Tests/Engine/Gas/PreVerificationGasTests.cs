using Bundler.Engine.Gas;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Gas;

public sealed class PreVerificationGasTests
{
    private static readonly PreVerificationGasOptions _numbers = new();

    [Test]
    public void Tokens_count_zero_bytes_once_and_others_four_times() =>
        Assert.That(CalldataCost.Tokens([0, 0, 1, 255]), Is.EqualTo(10UL));

    [Test]
    public void The_parts_add_up_to_the_total()
    {
        PreVerificationGasBreakdown parts = Of(A.UserOperation(), verificationGas: 50_000);

        Assert.That(
            parts.Transaction + parts.CallData + parts.EntryPoint + parts.PerOperation + parts.Authorization + parts.Execution + parts.Floor,
            Is.EqualTo(parts.Total).Within(2));
    }

    [Test]
    public void Sharing_a_transaction_costs_less()
    {
        PreVerificationGasBreakdown alone = Of(A.UserOperation(), 50_000);
        PreVerificationGasBreakdown shared = PreVerificationGas.Of(
            EntryPointVersion.V07, A.UserOperation(), Packed(A.UserOperation()), 50_000, _numbers with { BundleSize = 10 }, eip7623: true);

        Assert.That(alone.Total - shared.Total, Is.EqualTo((21_000UL + 9_830) * 9 / 10).Within(2));
    }

    [Test]
    public void A_tuple_costs_its_authorization()
    {
        UserOperation delegating = A.UserOperation() with { Eip7702Auth = new Authorization(1337, A.Contract, 0, 0, 1, 1) };

        Assert.That(Of(delegating, 50_000).Total - Of(A.UserOperation(), 50_000).Total, Is.EqualTo(25_000UL));
    }

    [Test]
    public void EIP_7623_the_floor_binds_when_call_data_outweighs_what_runs()
    {
        UserOperation heavy = A.UserOperation() with { CallData = Bytes.Own([.. Enumerable.Repeat((byte)1, 8_000)]), CallGasLimit = 10_000 };

        PreVerificationGasBreakdown withFloor = Of(heavy, 1_000);
        PreVerificationGasBreakdown without = PreVerificationGas.Of(EntryPointVersion.V07, heavy, Packed(heavy), 1_000, _numbers, eip7623: false);

        Assert.That(withFloor.Floor, Is.GreaterThan(0UL));
        Assert.That(withFloor.Total, Is.EqualTo(21_000 + 10 * withFloor.Tokens - 1_000 - 1_000).Within(2));
        Assert.That(without.Floor, Is.Zero);
    }

    [TestCase(EntryPointVersion.V06)]
    [TestCase(EntryPointVersion.V07)]
    [TestCase(EntryPointVersion.V08)]
    [TestCase(EntryPointVersion.V09)]
    public void EIP_7623_the_floor_is_covered_by_what_is_surely_paid_and_not_by_what_is_only_limited(EntryPointVersion version)
    {
        UserOperation heavy = A.UserOperation() with { CallData = Bytes.Own([.. Enumerable.Repeat((byte)1, 7_000)]), CallGasLimit = 50_000 };

        ulong small = Of(version, heavy).Total;
        ulong large = Of(version, heavy with { CallGasLimit = 1_500_000 }).Total;

        ulong unused = (ulong)(SurelyPaid.OfExecution(version, heavy with { CallGasLimit = 1_500_000 }) - SurelyPaid.OfExecution(version, heavy));
        Assert.That(unused, version == EntryPointVersion.V06 ? Is.Zero : Is.GreaterThan(100_000UL));

        // The larger limit is a few bytes more of call data.
        Assert.That((long)small - (long)large, version == EntryPointVersion.V06 ? Is.InRange(-100, 0) : Is.GreaterThan(40_000));
    }

    [TestCase(EntryPointVersion.V06, 100_000u, 60_000u, 0)]
    [TestCase(EntryPointVersion.V07, 100_000u, 60_000u, 16_000)]
    [TestCase(EntryPointVersion.V08, 100_000u, 60_000u, 10_000)]
    [TestCase(EntryPointVersion.V08, 40_000u, 60_000u, 0)]
    [TestCase(EntryPointVersion.V09, 41_000u, 60_000u, 1_000)]
    public void Of_an_execution_only_the_penalty_for_unused_gas_is_surely_paid(EntryPointVersion version, uint callGas, uint postOpGas, int paid) =>
        Assert.That(
            SurelyPaid.OfExecution(version, A.UserOperation() with { CallGasLimit = callGas, PaymasterPostOpGasLimit = postOpGas }),
            Is.EqualTo((UInt256)paid));

    [Test]
    public void Every_version_pays_for_its_own_work() =>
        Assert.That(
            Enum.GetValues<EntryPointVersion>().Select(version => Of(version, A.UserOperation()).PerOperation),
            Is.EqualTo(new ulong[] { 10_000, 9_725, 7_620, 7_580 }));

    [Test]
    public void V06_knows_no_executeUserOp() =>
        Assert.That(
            Of(EntryPointVersion.V06, A.UserOperation() with { CallData = Bytes.Parse("0x8dd7712f") }).Execution, Is.EqualTo(10UL));

    [Test]
    public void ExecuteUserOp_pays_for_copying_the_whole_operation()
    {
        UserOperation plain = A.UserOperation() with { CallData = Bytes.Parse("0x11111111") };
        UserOperation executing = A.UserOperation() with { CallData = Bytes.Parse("0x8dd7712f") };

        Assert.That(Of(executing, 50_000).Execution, Is.GreaterThan(Of(plain, 50_000).Execution + 1_600));
    }

    [Test]
    public void LIM_070_the_canonical_requirement_is_call_data_and_fifty_thousand() =>
        Assert.That(PreVerificationGas.Canonical([0, 1]), Is.EqualTo(50_020UL));

    private static PreVerificationGasBreakdown Of(EntryPointVersion version, UserOperation operation) =>
        PreVerificationGas.Of(version, operation, Packed(operation), 50_000, _numbers, eip7623: true);

    private static PreVerificationGasBreakdown Of(UserOperation operation, ulong verificationGas) =>
        PreVerificationGas.Of(EntryPointVersion.V07, operation, Packed(operation), verificationGas, _numbers, eip7623: true);

    private static ReadOnlySpan<byte> Packed(UserOperation operation) => A.EntryPoint.Operations.Pack(operation);
}
