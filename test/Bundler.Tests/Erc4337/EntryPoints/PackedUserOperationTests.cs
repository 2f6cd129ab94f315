using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Erc4337;

public sealed class PackedUserOperationTests
{
    [Test]
    public void Limits_and_fees_stand_in_the_order_of_the_EntryPoint()
    {
        PackedUserOperation packed = PackedUserOperation.Of(VectorOperation.WithPaymaster with
        {
            Factory = VectorOperation.Delegate,
            FactoryData = Bytes.Parse("0xcafe"),
            VerificationGasLimit = 1,
            CallGasLimit = 2,
            MaxPriorityFeePerGas = 3,
            MaxFeePerGas = 4,
            PaymasterVerificationGasLimit = 5,
            PaymasterPostOpGasLimit = 6,
            PaymasterSignature = Bytes.Parse("0x4444"),
        });

        Assert.That(packed.InitCode.ToString(), Is.EqualTo(VectorOperation.Delegate.ToLowerHex() + "cafe"));
        Assert.That(packed.AccountGasLimits.ToString(), Is.EqualTo("0x" + Half(1) + Half(2)));
        Assert.That(packed.GasFees.ToString(), Is.EqualTo("0x" + Half(3) + Half(4)));
        Assert.That(
            packed.PaymasterAndData.ToString(),
            Is.EqualTo(VectorOperation.Paymaster.ToLowerHex() + Half(5) + Half(6) + "abcd" + "4444" + "0002" + "22e325a297439656"));
    }

    [Test]
    public void A_limit_of_more_than_128_bits_cannot_be_packed() =>
        Assert.That(
            () => PackedUserOperation.Of(VectorOperation.Plain with { CallGasLimit = UInt256.One << 128 }),
            Throws.TypeOf<CodecException>().With.Message.EqualTo("callGasLimit: exceeds 128 bits"));

    private static string Half(int value) => value.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
}
