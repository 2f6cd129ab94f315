using System.Text;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Crypto;

public sealed class PrivateKeyTests
{
    private const string One = "0x0000000000000000000000000000000000000000000000000000000000000001";

    // The first two: accounts 0 and 1 of the well-known development mnemonic. The last: EIP-155's example.
    [TestCase("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80", "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")]
    [TestCase("59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d", "0x70997970C51812dc3A010C7d01b50e0d17dc79C8")]
    [TestCase("0x4646464646464646464646464646464646464646464646464646464646464646", "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F")]
    public void Has_the_address_of_its_public_key(string hex, string address)
    {
        using PrivateKey key = PrivateKey.Parse(hex);

        Assert.That(key.Address.ToString(), Is.EqualTo(address));
    }

    [Test]
    public void The_public_key_of_one_is_the_generator()
    {
        using PrivateKey key = PrivateKey.Parse(One);

        Assert.That(key.PublicKey.ToString(), Is.EqualTo(
            "0x0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
            + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"));
    }

    // The widely published vectors of RFC 6979 on secp256k1 with SHA-256 (the RFC itself has none for this curve); s is the low one.
    [TestCase(One, "Satoshi Nakamoto",
        "0x934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8",
        "0x2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5")]
    [TestCase(One, "All those moments will be lost in time, like tears in rain. Time to die...",
        "0x8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b",
        "0x547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21")]
    [TestCase("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", "Satoshi Nakamoto",
        "0xfd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0",
        "0x6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5")]
    [TestCase("0xf8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181", "Alan Turing",
        "0x7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c",
        "0x58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea")]
    public void RFC_6979_the_nonce_follows_from_key_and_digest(string secret, string message, string r, string s)
    {
        using PrivateKey key = PrivateKey.Parse(secret);
        Hash32 digest = new(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(message)));

        Signature signature = key.Sign(digest);

        Assert.That((signature.R, signature.S), Is.EqualTo((Hash32.Parse(r), Hash32.Parse(s))));
    }

    [TestCase("", "a private key has 64 hex digits, got 0 characters")]
    [TestCase("0x1234", "a private key has 64 hex digits, got 4 characters")]
    [TestCase("0x00000000000000000000000000000000000000000000000000000000000000zz", "hex data has a character that is not a hex digit")]
    [TestCase("0x0000000000000000000000000000000000000000000000000000000000000000", "the private key is zero or not below the order of secp256k1")]
    [TestCase("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", "the private key is zero or not below the order of secp256k1")]
    public void Refuses_what_is_no_key_without_repeating_it(string text, string message) =>
        Assert.That(() => PrivateKey.Parse(text), Throws.TypeOf<CodecException>().With.Message.EqualTo(message));

    [Test]
    public void Refuses_a_secret_of_another_length() =>
        Assert.That(() => new PrivateKey(new byte[31]), Throws.TypeOf<CodecException>().With.Message.EqualTo("a private key has 32 bytes, got 31"));

    [Test]
    public void Is_never_printed()
    {
        using PrivateKey key = PrivateKey.Parse("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");

        Assert.That(key.ToString(), Is.EqualTo("private key of 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"));
    }

    [Test]
    public void Cannot_sign_once_disposed()
    {
        PrivateKey key = PrivateKey.Generate();
        key.Dispose();

        Assert.That(() => key.Sign(Hash32.Zero), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void Two_generated_keys_differ()
    {
        using PrivateKey one = PrivateKey.Generate();
        using PrivateKey other = PrivateKey.Generate();

        Assert.That(one.Address, Is.Not.EqualTo(other.Address));
    }
}
