using Bundler.Engine.Gas;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Gas;

/// <summary>The bundle's gas against what the EntryPoints' code asks for, whatever the operations before have used of theirs.</summary>
public sealed class BundleGasTests
{
    /// <summary>Gas of the EntryPoint's own between the call of innerHandleOp and where it looks, and around a validation: less than this.</summary>
    private const ulong OwnWork = 10_000;

    [Test]
    public void AA95_is_not_met_by_any_operation_though_all_before_it_use_their_limits(
        [Values] EntryPointVersion version,
        [Values(0UL, 100_000UL, 4_000_000UL, 10_000_000UL, 16_000_000UL)] ulong callGasLimit,
        [Values(0UL, 3_000_000UL)] ulong postOpGasLimit,
        [Values(1, 2, 7)] int count)
    {
        UserOperation operation = A.UserOperation() with
        {
            CallGasLimit = callGasLimit,
            Paymaster = A.Paymaster,
            PaymasterVerificationGasLimit = 50_000,
            PaymasterPostOpGasLimit = postOpGasLimit,
        };
        EntryPoint entryPoint = EntryPointCatalog.Create(version, A.AddressOf(77));
        UInt256 left = Share(entryPoint, operation) * (ulong)count + BundleGas.Fixed;
        left -= (Verification(entryPoint, operation) + BundleGas.PerOperation - OwnWork) * (ulong)count;
        for (int i = 0; i < count; i++)
        {
            UInt256 inner = AsCalled(left) - OwnWork;
            bool isAsked = version == EntryPointVersion.V06
                ? inner >= operation.CallGasLimit + operation.VerificationGasLimit + 5_000
                : inner * 63 / 64 >= operation.CallGasLimit + operation.PaymasterPostOpGasLimit + 10_000;
            Assert.That(isAsked, $"AA95 at operation {i}");
            Assert.That(AsCalled(inner), Is.GreaterThanOrEqualTo(operation.CallGasLimit), $"the call of operation {i} gets its limit");
            left -= operation.CallGasLimit + (version == EntryPointVersion.V06 ? operation.VerificationGasLimit : operation.PaymasterPostOpGasLimit) + OwnWork;
        }
    }

    [Test]
    public void A_validation_gets_its_whole_limit_though_the_operation_executes_nothing(
        [Values] EntryPointVersion version, [Values(100_000UL, 5_000_000UL, 20_000_000UL)] ulong verificationGasLimit)
    {
        EntryPoint entryPoint = EntryPointCatalog.Create(version, A.AddressOf(77));
        UserOperation operation = A.UserOperation() with { CallGasLimit = 0, VerificationGasLimit = verificationGasLimit };

        Assert.That(AsCalled(Share(entryPoint, operation) - OwnWork), Is.GreaterThanOrEqualTo(operation.VerificationGasLimit));
    }

    private static UInt256 Share(EntryPoint entryPoint, UserOperation operation) => BundleGas.Share(entryPoint, operation, 0);

    private static UInt256 Verification(EntryPoint entryPoint, UserOperation operation) => entryPoint.Version == EntryPointVersion.V06
        ? operation.VerificationGasLimit * 2
        : operation.VerificationGasLimit + operation.PaymasterVerificationGasLimit;

    /// <summary>EIP-150.</summary>
    private static UInt256 AsCalled(UInt256 left) => left - left / 64;
}
