using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Primitives;

public sealed class AddressTests
{
    private static readonly Address Low = Address.Parse("0x0000000000000000000000000000000000000001");
    private static readonly Address High = Address.Parse("0x0100000000000000000000000000000000000000");

    // The test cases printed in EIP-55.
    [TestCase("0x52908400098527886E0F7030069857D2E4169EE7")]
    [TestCase("0x8617E340B3D01FA5F11F306F4090FD50E238070D")]
    [TestCase("0xde709f2102306220921060314715629080e2fb77")]
    [TestCase("0x27b1fdb04752bbc536007a920d24acb045561c26")]
    [TestCase("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [TestCase("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    [TestCase("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB")]
    [TestCase("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")]
    public void EIP_55_the_checksum_is_in_the_case(string text)
    {
        Assert.That(Address.Parse(text.ToLowerInvariant()).ToString(), Is.EqualTo(text));
        Assert.That(Address.ParseChecksummed(text).ToLowerHex(), Is.EqualTo(text.ToLowerInvariant()));
    }

    [Test]
    public void A_wrong_checksum_is_refused_only_where_it_is_asked_for()
    {
        const string Wrong = "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

        Assert.That(Address.Parse(Wrong).ToString(), Is.EqualTo("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));
        Assert.That(() => Address.ParseChecksummed(Wrong), Throws.TypeOf<CodecException>().With.Message.Contains("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));
    }

    [TestCase("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")]
    [TestCase("0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED")]
    public void One_case_throughout_carries_no_checksum(string text) =>
        Assert.That(Address.ParseChecksummed(text).ToString(), Is.EqualTo("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));

    [TestCase("")]
    [TestCase("0x")]
    [TestCase("5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")]
    [TestCase("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae")]
    [TestCase("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed00")]
    [TestCase("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg")]
    public void Refuses_other_text(string text)
    {
        Assert.That(() => Address.Parse(text), Throws.TypeOf<CodecException>());
        Assert.That(() => Address.ParseChecksummed(text), Throws.TypeOf<CodecException>());
    }

    [TestCase(19)]
    [TestCase(21)]
    public void Refuses_another_number_of_bytes(int length) =>
        Assert.That(() => new Address(new byte[length]), Throws.TypeOf<CodecException>());

    [Test]
    public void Equality_and_order_are_by_value()
    {
        Address again = Address.Parse(Low.ToString());

        Assert.That(again, Is.EqualTo(Low));
        Assert.That(again.GetHashCode(), Is.EqualTo(Low.GetHashCode()));
        Assert.That(again == Low && again != High && Low < High && High > Low && Low <= again && Low >= again, Is.True);
        Assert.That(new[] { High, Low, Address.Zero }.Order(), Is.EqualTo(new[] { Address.Zero, Low, High }));
    }

    [Test]
    public void Only_the_default_is_zero()
    {
        Assert.That(default(Address).IsZero, Is.True);
        Assert.That(Low.IsZero, Is.False);
        Assert.That(High.IsZero, Is.False);
    }

    [Test]
    public void A_word_holds_the_address_on_the_right()
    {
        Hash32 word = High.ToWord();

        Assert.That(word.ToString(), Is.EqualTo("0x0000000000000000000000000100000000000000000000000000000000000000"));
        Assert.That(Address.FromWord(word.Span), Is.EqualTo(High));
    }

    [Test]
    public void Chosen_addresses_do_not_share_a_hash_code()
    {
        HashSet<int> codes = [];
        Span<byte> bytes = stackalloc byte[Address.Size];
        for (byte i = 0; i < 200; i++)
        {
            bytes[0] = i;
            bytes[16] = i;
            codes.Add(new Address(bytes).GetHashCode());
        }

        Assert.That(codes, Has.Count.GreaterThan(190));
    }
}
