using System.Text;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.Sodium;

namespace Bundler.Tests.Signing;

public sealed class LibsodiumTests
{
    // RFC 7914, 12.
    [TestCase("", "", 16ul, 1u, 1u, "0x77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")]
    [TestCase("password", "NaCl", 1_024ul, 8u, 16u, "0xfdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")]
    [TestCase("pleaseletmein", "SodiumChloride", 16_384ul, 8u, 1u, "0x7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")]
    public void RFC_7914_scrypt(string password, string salt, ulong n, uint r, uint p, string expected)
    {
        byte[] derived = new byte[64];

        Libsodium.Scrypt(Encoding.ASCII.GetBytes(password), Encoding.ASCII.GetBytes(salt), n, r, p, derived);

        Assert.That(Hex.Encode(derived), Is.EqualTo(expected));
    }

    // The example of draft-irtf-cfrg-xchacha-03, A.3.1.
    [Test]
    public void XChaCha20_Poly1305()
    {
        byte[] key = Hex.Decode("0x808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
        byte[] nonce = Hex.Decode("0x404142434445464748494a4b4c4d4e4f5051525354555657");
        byte[] associated = Hex.Decode("0x50515253c0c1c2c3c4c5c6c7");
        byte[] plaintext = Encoding.ASCII.GetBytes(
            "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.");

        byte[] sealedBytes = Libsodium.Seal(plaintext, associated, nonce, key);
        byte[] opened = new byte[plaintext.Length];

        Assert.That(Hex.Encode(sealedBytes), Is.EqualTo(
            "0xbd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
            + "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52e"
            + "c0875924c1c7987947deafd8780acf49"));
        Assert.That(Libsodium.TryUnseal(sealedBytes, associated, nonce, key, opened), Is.True);
        Assert.That(opened, Is.EqualTo(plaintext));
    }

    [Test]
    public void A_single_changed_bit_does_not_open()
    {
        byte[] key = new byte[32];
        byte[] nonce = new byte[24];
        byte[] sealedBytes = Libsodium.Seal("secret"u8, "about"u8, nonce, key);
        byte[] opened = new byte[6];
        sealedBytes[0] ^= 1;

        Assert.That(Libsodium.TryUnseal(sealedBytes, "about"u8, nonce, key, opened), Is.False);
        sealedBytes[0] ^= 1;
        Assert.That(Libsodium.TryUnseal(sealedBytes, "other"u8, nonce, key, opened), Is.False);
        Assert.That(Libsodium.TryUnseal(sealedBytes, "about"u8, nonce, key, opened), Is.True);
    }

    [Test]
    public void Argon2id_depends_on_everything_it_is_given()
    {
        HashSet<string> outputs = [];
        foreach ((string password, byte salt, ulong passes, ulong memory) in new[] { ("a", (byte)0, 1ul, 8_192ul), ("b", (byte)0, 1ul, 8_192ul), ("a", (byte)1, 1ul, 8_192ul), ("a", (byte)0, 2ul, 8_192ul), ("a", (byte)0, 1ul, 16_384ul) })
        {
            byte[] derived = new byte[32];
            byte[] salts = new byte[16];
            salts[0] = salt;
            Libsodium.Argon2id(Encoding.ASCII.GetBytes(password), salts, passes, memory, derived);
            outputs.Add(Hex.Encode(derived));
        }

        Assert.That(outputs, Has.Count.EqualTo(5));
    }

    [Test]
    public void It_is_installed() => Assert.That(Libsodium.Probe(), Is.Null);
}
