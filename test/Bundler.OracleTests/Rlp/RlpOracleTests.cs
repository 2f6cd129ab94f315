using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Rlp;
using Nethereum.RLP;

namespace Bundler.OracleTests.Rlp;

/// <summary>RLP: random trees, both ways; and where ours takes only the canonical form.</summary>
internal sealed class RlpOracleTests
{
    [Test]
    public void Trees_are_encoded_to_the_same_bytes() => Oracle.Agrees(random =>
    {
        RlpTree tree = RlpTree.Next(random);
        return (Written(tree).ToString(), tree.Theirs().Hex());
    });

    [Test]
    public void Bytes_are_decoded_to_the_same_tree() => Oracle.Agrees(random =>
    {
        Bytes bytes = Written(RlpTree.Next(random));
        RlpReader reader = new(bytes);
        string ours = RlpTree.Read(ref reader);
        reader.End();
        return (ours, RlpTree.Read(RLP.Decode(bytes.ToArray())));
    });

    [TestCase("0x8105", TestName = "Stricter_a_byte_that_stands_for_itself_has_no_length")]
    [TestCase("0xb80105", TestName = "Stricter_a_short_string_has_the_short_length")]
    [TestCase("0xf803820505", TestName = "Stricter_a_short_list_has_the_short_length")]
    [TestCase("0x82050505", TestName = "Stricter_nothing_follows_the_item")]
    public void Stricter(string encoded)
    {
        Assert.That(() => RLP.Decode(Hex.Decode(encoded)), Throws.Nothing, "Nethereum takes it");
        Assert.That(() => ReadAll(encoded), Throws.TypeOf<CodecException>());
    }

    private static void ReadAll(string encoded)
    {
        RlpReader reader = new(Hex.Decode(encoded));
        RlpTree.Read(ref reader);
        reader.End();
    }

    private static Bytes Written(RlpTree tree)
    {
        RlpWriter writer = new();
        tree.Write(writer);
        return writer.ToBytes();
    }
}
