using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Abi;

public sealed class AbiTypeParserTests
{
    [TestCase("uint", "uint256")]
    [TestCase("int", "int256")]
    [TestCase("uint8", "uint8")]
    [TestCase("bytes32", "bytes32")]
    [TestCase(" tuple( address to , uint value )[ ] [2]", "(address,uint256)[][2]")]
    [TestCase("(address payable to,bytes calldata data)", "(address,bytes)")]
    [TestCase("((string)[3],())", "((string)[3],())")]
    public void Text_becomes_a_type_with_canonical_text(string text, string canonical) =>
        Assert.That(AbiType.Parse(text).ToString(), Is.EqualTo(canonical));

    [TestCase("")]
    [TestCase("uint7")]
    [TestCase("uint264")]
    [TestCase("uint08")]
    [TestCase("int0")]
    [TestCase("bytes0")]
    [TestCase("bytes33")]
    [TestCase("uint256[0]")]
    [TestCase("uint256[01]")]
    [TestCase("uint256[99999999999]")]
    [TestCase("uint256[16777216]")]
    [TestCase("uint256[-1]")]
    [TestCase("uint256[")]
    [TestCase("uint256]")]
    [TestCase("()[]")]
    [TestCase("()[1]")]
    [TestCase("(uint256")]
    [TestCase("(uint256,)")]
    [TestCase("(uint256 a b)")]
    [TestCase("tuple")]
    [TestCase("Address")]
    [TestCase("fixed128x18")]
    [TestCase("address x")]
    public void Anything_else_is_refused(string text) => Assert.That(() => AbiType.Parse(text), Throws.TypeOf<CodecException>());

    [TestCase("(")]
    [TestCase("[]")]
    public void Nesting_is_bounded(string level)
    {
        string text = string.Concat(Enumerable.Repeat(level, 100_000));

        Assert.That(() => AbiType.Parse("bool" + text), Throws.TypeOf<CodecException>());
        Assert.That(() => AbiType.Parse(text), Throws.TypeOf<CodecException>());
    }

    [Test]
    public void Equal_text_gives_equal_types() =>
        Assert.That(AbiType.Parse("(address a,uint256[2][])"), Is.EqualTo(AbiType.Parse("(address a, uint[2][])")));

    [Test]
    public void Names_of_components_are_kept() =>
        Assert.That(
            ((AbiType.Tuple)AbiType.Parse("(address to,uint256)")).Components.Select(component => component.Name),
            Is.EqualTo(new[] { "to", "" }));
}
