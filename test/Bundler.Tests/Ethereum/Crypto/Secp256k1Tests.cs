using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Crypto;

public sealed class Secp256k1Tests
{
    [Test]
    public void An_installed_library_has_nothing_to_say() => Assert.That(Secp256k1.Probe(), Is.Null);

    [Test]
    public void A_missing_library_is_one_sentence_that_names_the_package() =>
        Assert.That(Secp256k1.Probe("libsecp256k1-nowhere.so.1"), Is.EqualTo(
            "The library libsecp256k1-nowhere.so.1 is missing: install the Debian package libsecp256k1-1."));

    [Test]
    public void A_library_without_recovery_is_one_sentence_too() =>
        Assert.That(Secp256k1.Probe("libc.so.6"), Does.Contain("without public key recovery").And.Contain("libsecp256k1-1"));

    [Test]
    public void The_half_order_is_half_of_the_order() => Assert.That(Secp256k1.HalfOrder * 2 + 1, Is.EqualTo(Secp256k1.Order));

    [TestCase(31)]
    [TestCase(33)]
    public void A_secret_of_another_length_never_reaches_the_library(int length)
    {
        Assert.That(() => Secp256k1.Sign(Hash32.Zero, new byte[length]), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Secp256k1.TryPublicKey(new byte[length], new byte[65]), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Zero_cannot_sign() => Assert.That(() => Secp256k1.Sign(Hash32.Zero, new byte[32]), Throws.TypeOf<CodecException>());

    [Test]
    public void Only_an_uncompressed_key_has_an_address()
    {
        Assert.That(() => Secp256k1.AddressOf(new byte[64]), Throws.TypeOf<CodecException>());
        Assert.That(() => Secp256k1.AddressOf(new byte[65]), Throws.TypeOf<CodecException>());
    }

    [Test]
    public void Threads_share_the_context()
    {
        Hash32 digest = Keccak256.Empty;
        using PrivateKey key = PrivateKey.Generate();
        Signature expected = key.Sign(digest);

        Signature[] signatures = [.. Enumerable.Range(0, 400).AsParallel().WithDegreeOfParallelism(4).Select(_ => key.Sign(digest))];

        Assert.That(signatures, Is.All.EqualTo(expected));
    }
}
