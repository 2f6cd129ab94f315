using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Abi;

public sealed class AbiErrorTests
{
    private static readonly AbiError FailedOp = AbiError.Parse("error FailedOp(uint256 opIndex, string reason)");

    [Test]
    public void Encodes_and_decodes()
    {
        object[] values = [(UInt256)3, "AA21 didn't pay prefund"];

        Assert.That(FailedOp.TryDecode(FailedOp.Encode(values), out object[] decoded), Is.True);
        Assert.That(decoded, Is.EqualTo(values));
    }

    [TestCase("0x")]
    [TestCase("0x220266")]
    [TestCase("0x220266b6")]
    [TestCase("0x08c379a0")]
    public void Data_of_something_else_is_not_decoded(string data)
    {
        Assert.That(FailedOp.TryDecode(Bytes.Parse(data), out object[] values), Is.False);
        Assert.That(values, Is.Empty);
    }
}
