using System.Text;
using Bundler.Ethereum.Crypto;

namespace Bundler.Tests.Ethereum.Crypto;

public sealed class Keccak256Tests
{
    [TestCase("", "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [TestCase("abc", "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [TestCase("Transfer(address,address,uint256)", "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")]
    public void Hashes_the_public_vectors(string text, string expected) =>
        Assert.That(Keccak256.Hash(Encoding.UTF8.GetBytes(text)).ToString(), Is.EqualTo(expected));

    [TestCase(135, "0x34367dc248bbd832f4e3e69dfaac2f92638bd0bbd18f2912ba4ef454919cf446")]
    [TestCase(136, "0xa6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e")]
    public void Pads_at_the_edge_of_the_rate(int length, string expected) =>
        Assert.That(Keccak256.Hash(Encoding.ASCII.GetBytes(new string('a', length))).ToString(), Is.EqualTo(expected));
}
