using System.Text;
using Bundler.Engine.Submission;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Engine.Submission.Senders;

public sealed class FlashbotsSignatureTests
{
    [Test]
    public void Is_the_address_and_its_signature_of_the_hex_text_of_the_hash()
    {
        using PrivateKey key = PrivateKey.Parse("0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d");
        byte[] body = Encoding.UTF8.GetBytes("""{"jsonrpc":"2.0","id":1}""");

        string[] parts = FlashbotsSignature.Of(body, key).Split(':');

        Hash32 signed = Keccak256.Hash(Encoding.UTF8.GetBytes("\u0019Ethereum Signed Message:\n66" + Keccak256.Hash(body)));
        Assert.That(parts[0], Is.EqualTo("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"));
        Assert.That(SignatureRecovery.Recover(signed, Signature.Parse(Bytes.Parse(parts[1]).Span))?.ToString(), Is.EqualTo(parts[0]));
    }
}
