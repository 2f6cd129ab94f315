using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Abi;

public sealed class AbiDecoderTests
{
    [TestCase("uint8", "100", "[0]: the word is not a valid uint8")]
    [TestCase("int8", "80", "[0]: the word is not a valid int8")]
    [TestCase("bool", "2", "[0]: the word is not a valid bool")]
    [TestCase("address", "10000000000000000000000000000000000000000", "[0]: the word is not a valid address")]
    [TestCase("bytes4", "1", "[0]: the word is not a valid bytes4")]
    public void Bits_that_the_type_does_not_have_are_refused(string type, string word, string message) => Refused(type, message, word);

    [Test]
    public void Missing_data_is_refused() => Refused("(uint256,uint256)", "64 bytes expected at 0, the data ends at 32", "1");

    [Test]
    public void An_offset_beyond_the_data_is_refused() => Refused("bytes", "[0]: the offset 33 exceeds the data of 32 bytes", "21");

    [Test]
    public void An_offset_of_256_bits_is_refused() => Refused("bytes", $"[0]: the offset {UInt256.MaxValue} exceeds the data of 32 bytes", new string('f', 64));

    [Test]
    public void A_nested_offset_counts_from_its_own_start() =>
        Refused("(uint256,bytes)", "[0][1]: the offset 96 leads beyond the data of 96 bytes", "20", "0", "60");

    [Test]
    public void Bytes_longer_than_the_data_are_refused() =>
        Refused("bytes", "[0]: 33 bytes expected at 64, the data ends at 96", "20", "21", new string('1', 64));

    [Test]
    public void A_hostile_length_is_refused_before_anything_is_allocated() =>
        Refused("uint256[]", "[0]: the length 4294967295 exceeds the data of 64 bytes", "20", "ffffffff");

    [Test]
    public void The_elements_of_an_array_must_be_in_the_data() =>
        Refused("uint256[]", "[0]: 64 bytes expected at 64, the data ends at 96", "20", "2", "1");

    [Test]
    public void Tails_may_overlap()
    {
        object[] values = AbiDecoder.Decode([AbiType.Parse("bytes"), AbiType.Parse("bytes")], Words("40", "40", "0"));

        Assert.That(values, Is.EqualTo(new object[] { Bytes.Empty, Bytes.Empty }));
    }

    [Test]
    public void The_work_that_overlapping_tails_cause_is_bounded()
    {
        // Seven levels of arrays that all share the same elements: 16^7 values in 4 KB if nobody counted.
        const int Levels = 7;
        const int Width = 16;
        List<string> words = ["20"];
        for (int level = 0; level < Levels; level++)
        {
            words.Add(Width.ToString("x"));
            words.AddRange(Enumerable.Repeat((Width * 32).ToString("x"), Width));
        }

        words.Add("0");
        AbiType type = AbiType.Parse("uint256" + string.Concat(Enumerable.Repeat("[]", Levels + 1)));

        Assert.That(
            () => AbiDecoder.Decode([type], Words([.. words])),
            Throws.TypeOf<CodecException>().With.Property("Reason").EqualTo("the data refers to itself too often"));
    }

    [Test]
    public void The_path_leads_to_the_fault()
    {
        AbiFunction function = AbiFunction.Parse("handle((address sender,bytes callData)[] ops)");
        Bytes call = Bytes.Concat(function.EncodeCall((object)Array.Empty<object>()).Slice(0, 4), Words("20", "1", "20", "0", "40", "ff"));

        Assert.That(() => function.DecodeCall(call), Throws.TypeOf<CodecException>().With.Property("Path").EqualTo("ops[0].callData"));
    }

    [Test]
    public void Padding_after_a_tail_is_not_required()
    {
        Bytes data = Bytes.Concat(Words("20", "3"), Bytes.From("abc"u8));

        Assert.That(AbiDecoder.Decode([AbiType.Parse("string")], data), Is.EqualTo(new object[] { "abc" }));
    }

    [Test]
    public void Invalid_UTF8_becomes_replacement_characters()
    {
        Bytes data = Bytes.Concat(Words("20", "2"), Bytes.From([0xff, 0x61]));

        Assert.That(AbiDecoder.Decode([AbiType.Parse("string")], data), Is.EqualTo(new object[] { "\ufffda" }));
    }

    [Test]
    public void Data_after_the_last_tail_is_ignored() =>
        Assert.That(AbiDecoder.Decode([AbiType.Parse("bool")], Words("1", "5")), Is.EqualTo(new object[] { true }));

    private static void Refused(string type, string message, params string[] words) =>
        Assert.That(() => AbiDecoder.Decode([AbiType.Parse(type)], Words(words)), Throws.TypeOf<CodecException>().With.Message.EqualTo(message));

    private static Bytes Words(params string[] words) => Bytes.Parse("0x" + string.Concat(words.Select(word => word.PadLeft(64, '0'))));
}
