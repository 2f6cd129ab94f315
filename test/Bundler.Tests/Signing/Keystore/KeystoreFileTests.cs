using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing;
using Bundler.Signing.Keystore;
using Bundler.Signing.LocalKey;
using Bundler.Testing;

namespace Bundler.Tests.Signing;

[UnsupportedOSPlatform("windows")]
public sealed class KeystoreFileTests
{
    // The two vectors of the Web3 Secret Storage Definition; both hold the same key under the same password.
    private const string Pbkdf2 = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
        "kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
        "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    private const string Scrypt = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},
        "ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c","kdf":"scrypt",
        "kdfparams":{"dklen":32,"n":262144,"p":8,"r":1,"salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
        "mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    private const string VectorAddress = "0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b";
    private const string VectorPassword = "testpassword";

    private static readonly Argon2Cost Cheap = new(1, 64 * 1_024);

    private SecretFolder _folder = null!;

    [SetUp]
    public void Begin() => _folder = new SecretFolder();

    [TearDown]
    public void End() => _folder.Dispose();

    [TestCase(Pbkdf2)]
    [TestCase(Scrypt)]
    public void Version_3_opens_with_its_password(string json)
    {
        using PrivateKey key = Read(json, VectorPassword);

        Assert.That(key.Address.ToString(), Is.EqualTo(VectorAddress));
    }

    [TestCase("testpassword\n")]
    [TestCase("testpassword\r\n")]
    public void The_line_end_after_a_password_is_not_part_of_it(string password)
    {
        using PrivateKey key = Read(Pbkdf2, password);

        Assert.That(key.Address.ToString(), Is.EqualTo(VectorAddress));
    }

    [Test]
    public void The_names_may_be_written_in_the_case_of_old_wallets()
    {
        using PrivateKey key = Read(Pbkdf2.Replace("\"crypto\"", "\"Crypto\"", StringComparison.Ordinal), VectorPassword);

        Assert.That(key.Address.ToString(), Is.EqualTo(VectorAddress));
    }

    [Test]
    public void The_address_of_a_file_must_be_that_of_its_key()
    {
        using PrivateKey key = Read(With(Pbkdf2, "address", "008aeeda4d805471df9b2a5b0f38a0c3bcba786b"), VectorPassword);

        Assert.That(key.Address.ToString(), Is.EqualTo(VectorAddress));
        Assert.That(
            () => Read(With(Pbkdf2, "address", "f39fd6e51aad88f6f4ce6ab8827279cfffb92266"), VectorPassword),
            Refuses("says that it is of f39fd6e51aad88f6f4ce6ab8827279cfffb92266, but holds the key of " + VectorAddress));
    }

    [TestCase(Pbkdf2)]
    [TestCase(Scrypt)]
    public void A_wrong_password_is_a_sentence_that_does_not_repeat_it(string json) =>
        Assert.That(() => Read(json, "wrong-password"), Refuses("does not open with this password").And.Message.Not.Contains("wrong-password"));

    [TestCase("crypto.cipher", "\"aes-256-cbc\"", "has the cipher aes-256-cbc, known is aes-128-ctr")]
    [TestCase("crypto.kdf", "\"bcrypt\"", "has the key derivation bcrypt hmac-sha256")]
    [TestCase("crypto.kdfparams.prf", "\"hmac-sha1\"", "has the key derivation pbkdf2 hmac-sha1")]
    [TestCase("crypto.kdfparams.c", "0", "asks for 0 iterations")]
    [TestCase("crypto.kdfparams.c", "2000000000", "asks for 2000000000 iterations")]
    [TestCase("crypto.kdfparams.dklen", "16", "asks for a derived key of 16 bytes")]
    [TestCase("crypto.kdfparams.salt", "\"zz\"", "has a salt that is not hex")]
    [TestCase("crypto.cipherparams.iv", "\"00\"", "has an iv that is not 16 bytes long")]
    [TestCase("crypto.ciphertext", "\"00\"", "a ciphertext that is not 32 bytes long")]
    [TestCase("crypto.mac", "\"00\"", "does not open with this password")]
    [TestCase("version", "1", "is neither a bundler-keystore nor version 3")]
    public void What_is_not_such_a_keystore_is_named(string path, string value, string message) =>
        Assert.That(() => Read(WithJson(Pbkdf2, path, value), VectorPassword), Refuses(message));

    [TestCase("n", "262145")]
    [TestCase("n", "0")]
    [TestCase("n", "1073741824")]
    [TestCase("r", "0")]
    [TestCase("r", "4294967295")]
    [TestCase("p", "4294967295")]
    public void Scrypt_parameters_that_would_take_the_machine_down_are_refused(string name, string value) =>
        Assert.That(() => Read(WithJson(Scrypt, $"crypto.kdfparams.{name}", value), VectorPassword), Refuses("malformed or too costly"));

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("not json")]
    [TestCase("{")]
    public void What_is_no_JSON_is_named(string content) => Assert.That(() => Read(content, VectorPassword), Refuses("is not JSON of a keystore"));

    [Test]
    public void S4_16_a_key_that_was_put_into_our_keystore_comes_out_again()
    {
        string path = _folder.PathOf("argon2.json");
        using SecretBytes password = Password("correct horse");

        Address created = KeystoreFile.Create(path, Hex.Decode(DevAccounts.All[3].PrivateKey), password, Cheap);
        using PrivateKey key = KeystoreFile.Read(path, _folder.Write("password", "correct horse\n"));

        Assert.That((created, key.Address), Is.EqualTo((DevAccounts.All[3].Address, DevAccounts.All[3].Address)));
        Assert.That(File.ReadAllText(path), Does.Contain("argon2id").And.Contain("xchacha20-poly1305").And.Not.Contain(DevAccounts.All[3].PrivateKey[2..]));
    }

    [Test]
    public void S4_16_a_new_keystore_is_readable_by_its_owner_alone_and_replaces_nothing()
    {
        string path = _folder.PathOf("argon2.json");
        using SecretBytes password = Password("correct horse");

        Address first = KeystoreFile.CreateNew(path, password, Cheap);

        Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(() => KeystoreFile.CreateNew(path, password, Cheap), Throws.TypeOf<KeyFileException>().With.Message.Contains("cannot be written"));
        using PrivateKey key = KeystoreFile.Read(path, _folder.Write("password", "correct horse"));
        Assert.That(key.Address, Is.EqualTo(first));
    }

    [Test]
    public void S4_16_a_wrong_password_is_a_sentence() =>
        Assert.That(() => Read(Ours(), "battery staple"), Refuses("does not open with this password"));

    [TestCase("address", "\"0x70997970C51812dc3A010C7d01b50e0d17dc79C8\"", "does not open with this password")]
    [TestCase("kdf.passes", "2", "does not open with this password")]
    [TestCase("kdf.memoryBytes", "32768", "does not open with this password")]
    [TestCase("kdf.passes", "0", "has Argon2id parameters out of bounds")]
    [TestCase("kdf.passes", "100", "has Argon2id parameters out of bounds")]
    [TestCase("kdf.memoryBytes", "1099511627776", "has Argon2id parameters out of bounds")]
    [TestCase("kdf.name", "\"argon2i\"", "is not version 1 with argon2id and xchacha20-poly1305")]
    [TestCase("version", "2", "is not version 1 with argon2id and xchacha20-poly1305")]
    [TestCase("cipher.nonce", "\"0x00\"", "is malformed")]
    [TestCase("cipher.text", "\"0x00\"", "is malformed")]
    public void S4_16_nothing_in_the_file_can_be_exchanged(string path, string value, string message) =>
        Assert.That(() => Read(WithJson(Ours(), path, value), "correct horse"), Refuses(message));

    [TestCase(UnixFileMode.GroupRead)]
    [TestCase(UnixFileMode.OtherRead)]
    [TestCase(UnixFileMode.GroupWrite)]
    public void Neither_the_keystore_nor_its_password_may_be_open_to_others(UnixFileMode mode)
    {
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        string keystore = _folder.Write("open.json", Pbkdf2, owner | mode);
        string password = _folder.Write("password", VectorPassword);
        string closed = _folder.Write("closed.json", Pbkdf2);
        string openPassword = _folder.Write("open-password", VectorPassword, owner | mode);

        Assert.That(() => KeystoreFile.Read(keystore, password), Refuses("the keystore " + keystore + " is open to others"));
        Assert.That(() => KeystoreFile.Read(closed, openPassword), Refuses("the password file " + openPassword + " is open to others"));
    }

    [Test]
    public void An_empty_password_file_is_refused() => Assert.That(() => Read(Pbkdf2, "\n"), Refuses("is empty"));

    [Test]
    public void A_missing_file_is_named() => Assert.That(
        () => KeystoreFile.Read(_folder.PathOf("nowhere.json"), _folder.Write("password", "x")), Refuses("nowhere.json cannot be read"));

    // NIST SP 800-38A, F.5.1.
    [Test]
    public void AES_128_CTR()
    {
        byte[] key = Hex.Decode("0x2b7e151628aed2a6abf7158809cf4f3c");
        byte[] counter = Hex.Decode("0xf0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
        byte[] plaintext = Hex.Decode("0x6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52ef");

        Assert.That(
            Hex.Encode(AesCtr.Apply(key, counter, plaintext)),
            Is.EqualTo("0x874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff5ae4df3edbd5d35e5b4f09020db03eab"));
    }

    private static SecretBytes Password(string text) => new(Encoding.UTF8.GetBytes(text));

    private string Ours()
    {
        string path = _folder.PathOf($"{Guid.NewGuid():N}.json");
        using SecretBytes password = Password("correct horse");
        KeystoreFile.Create(path, Hex.Decode(DevAccounts.All[3].PrivateKey), password, Cheap);
        return File.ReadAllText(path);
    }

    private static string With(string json, string name, string value) => WithJson(json, name, $"\"{value}\"");

    private static string WithJson(string json, string path, string value)
    {
        JsonNode root = JsonNode.Parse(json)!;
        string[] names = path.Split('.');
        JsonNode parent = names[..^1].Aggregate(root, (node, name) => node[name]!);
        parent[names[^1]] = JsonNode.Parse(value);
        return root.ToJsonString();
    }

    private PrivateKey Read(string json, string password) => KeystoreFile.Read(_folder.Write("keystore.json", json), _folder.Write("password", password));

    private static NUnit.Framework.Constraints.ContainsConstraint Refuses(string message) =>
        Throws.TypeOf<KeyFileException>().With.Message.Contains(message);
}

/// <summary>The contract over a key that came out of our keystore.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class KeystoreSignerContractTests : SignerContract
{
    protected override (ISigner Signer, Address Address) Create()
    {
        using SecretFolder folder = new();
        string path = folder.PathOf("keystore.json");
        using SecretBytes password = new("x"u8);
        KeystoreFile.Create(path, Hex.Decode(DevAccounts.All[7].PrivateKey), password, new Argon2Cost(1, 64 * 1_024));
        return (new LocalKeySigner(KeystoreFile.Read(path, folder.Write("password", "x"))), DevAccounts.All[7].Address);
    }
}
