using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.KeyServices;
using Bundler.Testing;
using Bundler.Testing.Kms;

namespace Bundler.Tests.Signing;

public sealed class EcdsaDerTests
{
    [TestCase("0x3006020101020102", 1u, 2u)]
    [TestCase("0x3008020200ff02020080", 255u, 128u)]
    public void Reads_r_and_s(string der, uint r, uint s) =>
        Assert.That(EcdsaDer.Read(Hex.Decode(der)), Is.EqualTo(new RawSignature(r, s)));

    [TestCase("0x", "the signature is not DER")]
    [TestCase("0x300602010102010200", "the signature is not DER", Description = "something follows")]
    [TestCase("0x3009020101020102020103", "the signature is not DER", Description = "three integers")]
    [TestCase("0x30060201010201", "the signature is not DER", Description = "cut off")]
    [TestCase("0x300702020001020102", "the signature is not DER", Description = "a superfluous zero")]
    [TestCase("0x30060201ff020102", "r and s of a signature are positive and have at most 256 bits", Description = "negative")]
    [TestCase(
        "0x3026022101ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff020102",
        "r and s of a signature are positive and have at most 256 bits", Description = "257 bits")]
    public void Refuses_what_is_no_signature(string der, string message) =>
        Assert.That(() => EcdsaDer.Read(Hex.Decode(der)), Throws.TypeOf<CodecException>().With.Message.EqualTo(message));

    [Test]
    public void A_thousand_random_signatures_come_back_low_and_with_their_parity()
    {
        using SoftKey key = SoftKey.Generate();
        Random random = new(1);
        byte[] digest = new byte[32];
        for (int i = 0; i < 1_000; i++)
        {
            random.NextBytes(digest);

            Signature? signature = EcdsaDer.Read(key.SignDer(digest)).Complete(new Hash32(digest), key.Address);

            Assert.That(signature?.IsLowS, Is.True);
            Assert.That(SignatureRecovery.Recover(new Hash32(digest), signature!.Value), Is.EqualTo(key.Address));
        }
    }

    [Test]
    public void Random_bytes_are_refused_and_never_crash()
    {
        Random random = new(2);
        using SoftKey key = SoftKey.Generate();
        byte[] valid = key.SignDer(new byte[32]);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] mutated = [.. valid];
            mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            byte[] cut = mutated[..random.Next(mutated.Length + 1)];

            Assert.That(() => Attempt(cut), Throws.Nothing);
        }
    }

    [Test]
    public void A_signature_of_somebody_else_is_not_completed()
    {
        using SoftKey key = SoftKey.Generate();

        Assert.That(EcdsaDer.Read(key.SignDer(new byte[32])).Complete(Hash32.Zero, DevAccounts.All[0].Address), Is.Null);
    }

    [Test]
    public void Scalars_outside_the_order_are_not_completed()
    {
        using SoftKey key = SoftKey.Generate();

        Assert.That(new RawSignature(UInt256.Zero, 1).Complete(Hash32.Zero, key.Address), Is.Null);
        Assert.That(new RawSignature(1, UInt256.Zero).Complete(Hash32.Zero, key.Address), Is.Null);
        Assert.That(new RawSignature(Secp256k1.Order, 1).Complete(Hash32.Zero, key.Address), Is.Null);
        Assert.That(new RawSignature(1, Secp256k1.Order).Complete(Hash32.Zero, key.Address), Is.Null);
    }

    private static void Attempt(byte[] der)
    {
        try
        {
            EcdsaDer.Read(der);
        }
        catch (CodecException)
        {
            // The one refusal that is allowed.
        }
    }
}
