using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.ABI.Model;

namespace Bundler.OracleTests.Abi;

/// <summary>Where ours refuses on purpose what Nethereum reads: one value has one encoding, and nothing is made up.</summary>
internal sealed class StricterAbiTests
{
    private static readonly Random _random = new(1);

    [TestCase("address", 0)]
    [TestCase("uint8", 0)]
    [TestCase("bytes4", 31)]
    public void Dirty_padding_is_refused(string type, int index)
    {
        byte[] word = new byte[Hash32.Size];
        word[index] = 0xff;

        Assert.That(() => new ParameterDecoder().DecodeDefaultData(word, [new Parameter(type, "p", 1)]), Throws.Nothing, "Nethereum takes it");
        Assert.That(() => AbiDecoder.Decode([AbiType.Parse(type)], word), Throws.TypeOf<CodecException>());
    }

    [Test]
    public void A_bool_is_0_or_1()
    {
        byte[] word = new byte[Hash32.Size];
        word[^1] = 2;

        Assert.That(() => AbiDecoder.Decode([AbiType.Parse("bool")], word), Throws.TypeOf<CodecException>());
    }

    [Test]
    public void Data_that_is_cut_off_is_refused()
    {
        byte[] encoded = AbiEncoder.Encode([AbiType.Parse("bytes")], Bytes.From(_random.Octets(400))).ToArray()[..^200];

        Assert.That(() => new ParameterDecoder().DecodeDefaultData(encoded, [new Parameter("bytes", "p", 1)]), Throws.Nothing, "Nethereum takes it");
        Assert.That(() => AbiDecoder.Decode([AbiType.Parse("bytes")], encoded), Throws.TypeOf<CodecException>());
    }
}
