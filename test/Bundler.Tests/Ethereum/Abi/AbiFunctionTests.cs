using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Abi;

public sealed class AbiFunctionTests
{
    private static readonly AbiFunction GetNonce =
        AbiFunction.Parse("function getNonce(address sender, uint192 key) external view returns (uint256 nonce)");

    [Test]
    public void A_signature_is_read_as_people_write_it() =>
        Assert.That((GetNonce.Name, GetNonce.Signature, GetNonce.Selector), Is.EqualTo(("getNonce", "getNonce(address,uint192)", 0x35567e1au)));

    [Test]
    public void A_result_is_decoded() =>
        Assert.That(GetNonce.DecodeResult(Hash32.From(7).ToBytes()), Is.EqualTo(new object[] { (UInt256)7 }));

    [Test]
    public void An_empty_result_is_refused() => Assert.That(() => GetNonce.DecodeResult(Bytes.Empty), Throws.TypeOf<CodecException>());

    [Test]
    public void A_function_without_results_decodes_to_nothing() =>
        Assert.That(AbiFunction.Parse("unlockStake()").DecodeResult(Bytes.Empty), Is.Empty);

    [Test]
    public void A_call_without_arguments_is_the_selector() =>
        Assert.That(AbiFunction.Parse("unlockStake()").EncodeCall(), Is.EqualTo(Bytes.Parse("0xbb9fe6bf")));

    [TestCase("0x35567e1a", true)]
    [TestCase("0x35567e1a00", true)]
    [TestCase("0x35567e1b", false)]
    [TestCase("0x35567e", false)]
    [TestCase("0x", false)]
    public void Calls_are_known_by_their_selector(string calldata, bool matches) =>
        Assert.That(GetNonce.Matches(Bytes.Parse(calldata)), Is.EqualTo(matches));

    [Test]
    public void The_call_of_another_function_is_refused() =>
        Assert.That(
            () => GetNonce.DecodeCall(Bytes.Parse("0xbb9fe6bf")),
            Throws.TypeOf<CodecException>().With.Message.EqualTo("the data is not a call of getNonce(address,uint192)"));

    [TestCase("")]
    [TestCase("f")]
    [TestCase("f(")]
    [TestCase("f() returns")]
    [TestCase("f() returns uint256")]
    [TestCase("f() something")]
    [TestCase("f()()")]
    [TestCase("1f()")]
    public void What_is_not_a_signature_is_refused(string text) => Assert.That(() => AbiFunction.Parse(text), Throws.TypeOf<CodecException>());
}
