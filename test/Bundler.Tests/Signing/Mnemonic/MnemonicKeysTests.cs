using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing;
using Bundler.Signing.LocalKey;
using Bundler.Signing.Mnemonic;
using Bundler.Testing;

namespace Bundler.Tests.Signing;

[UnsupportedOSPlatform("windows")]
public sealed class MnemonicKeysTests
{
    private const string Junk = "test test test test test test test test test test test junk";

    [Test]
    public void The_development_mnemonic_gives_the_accounts_of_every_dev_chain()
    {
        IReadOnlyList<PrivateKey> keys = MnemonicKeys.Derive(Encoding.ASCII.GetBytes(Junk), [], 0, 10);

        Assert.That(keys.Select(key => key.Address), Is.EqualTo(DevAccounts.All.Select(account => account.Address)));
        foreach (PrivateKey key in keys)
        {
            key.Dispose();
        }
    }

    // BIP-39's own vectors (passphrase TREZOR), and two of other lengths from an independent implementation.
    [TestCase("abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about", "TREZOR",
        "0xc55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04")]
    [TestCase("legal winner thank year wave sausage worth useful legal winner thank yellow", "TREZOR",
        "0x2e8905819b8723fe2c1d161860e5ee1830318dbf49a83bd451cfb8440c28bd6fa457fe1296106559a3c80937a1c1069be3a3a5bd381ee6260e8d9739fce1f607")]
    [TestCase("letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic avoid letter always", "TREZOR",
        "0x107d7c02a5aa6f38c58083ff74f04c607c2d2c0ecc55501dadd72d025b751bc27fe913ffb796f841c49b1d33b610cf0e91d3aa239027f5e99fe4ce9e5088cd65")]
    [TestCase("zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo vote", "TREZOR",
        "0xdd48c104698c30cfe2b6142103248622fb7bb0ff692eebb00089b32d22484e1613912f0a5b694407be899ffd31ed3992c456cdf60f5d4564b8ba3f05a69890ad")]
    [TestCase("ozone drill grab fiber curtain grace pudding thank cruise elder eight picnic", "TREZOR",
        "0x274ddc525802f7c828d8ef7ddbcdc5304e87ac3535913611fbbfa986d0c9e5476c91689f9c8a54fd55bd38606aa6a8595ad213d4c9c9f9aca3fb217069a41028")]
    [TestCase("abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon address", "",
        "0x6e9360e8d511f85adcda7bf6078207f0b2d12933845953bc766041cb71ac3bf644ffadd57caac244066657e8ebe01efa0e394d1afa7331379a3c1aebd68f6645")]
    [TestCase("zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo veteran", "",
        "0xdb4bfe5911205c0b2e048ceef790d0433a902a070d0744af9b5e88ed5e0aef548246102dd6ba2313e418fd799360e2dbd8eb93ee40fe0942517555b66e89d488")]
    public void BIP_39_the_seed_of_a_phrase(string phrase, string passphrase, string seed) =>
        Assert.That(Seed(phrase, passphrase), Is.EqualTo(seed));

    [Test]
    public void BIP_39_white_space_between_the_words_does_not_matter() =>
        Assert.That(Seed($"  {Junk.Replace(" ", "\t ", StringComparison.Ordinal)}\n", ""), Is.EqualTo(Seed(Junk, "")));

    [Test]
    public void BIP_39_the_word_list_is_the_published_one()
    {
        Assert.That(EnglishWords.Places, Has.Count.EqualTo(EnglishWords.Count));
        string list = string.Concat(EnglishWords.Places.OrderBy(word => word.Value).Select(word => word.Key + "\n"));
        Assert.That(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(list))),
            Is.EqualTo("2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"));
    }

    [TestCase("test test test", "a mnemonic has 12, 15, 18, 21 or 24 words, got 3")]
    [TestCase("", "a mnemonic has 12, 15, 18, 21 or 24 words, got 0")]
    [TestCase("test test test test test test test test test test test sesame", "word 12 of the mnemonic is not in the English list")]
    [TestCase("test test test test test test test test test test test test", "the checksum of the mnemonic is wrong: a word was mistyped or exchanged")]
    [TestCase("Test test test test test test test test test test test junk", "word 1 of the mnemonic is not in the English list")]
    public void What_is_no_mnemonic_is_named_without_its_words(string phrase, string message) =>
        Assert.That(() => Seed(phrase, ""), Throws.TypeOf<MnemonicException>().With.Message.EqualTo(message));

    [Test]
    public void A_passphrase_that_would_need_normalising_is_refused() =>
        Assert.That(() => Seed(Junk, "paßwort"), Throws.TypeOf<MnemonicException>().With.Message.EqualTo("phrase and passphrase must be ASCII"));

    // BIP-32, test vector 1.
    [TestCase("0x000102030405060708090a0b0c0d0e0f", "", "0xe8f32e723decf4051aefac8e2c93c9c5b214313817cdb01a1494b917c8436b35")]
    [TestCase("0x000102030405060708090a0b0c0d0e0f", "0'", "0xedb2e14f9ee77d26dd93b4ecede8d16ed408ce149b6cd80b0715a2d911a0afea")]
    [TestCase("0x000102030405060708090a0b0c0d0e0f", "0'/1", "0x3c6cb8d0f6a264c91ea8b5030fadaa8e538b020f0a387421a12de9319dc93368")]
    [TestCase("0x000102030405060708090a0b0c0d0e0f", "0'/1/2'", "0xcbce0d719ecf7431d88e6a89fa1483e02e35092af60c042b1df2ff59fa424dca")]
    [TestCase("0x000102030405060708090a0b0c0d0e0f", "0'/1/2'/2/1000000000", "0x471b76e389e528d6de6d816857e012c5455051cad6660850e58372a6c3e6e7c8")]
    public void BIP_32_the_keys_of_a_seed(string seed, string path, string secret)
    {
        ExtendedKey node = ExtendedKey.FromSeed(Hex.Decode(seed));
        foreach (string step in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            using ExtendedKey parent = node;
            uint index = uint.Parse(step.TrimEnd('\''), null);
            node = parent.Child(step.EndsWith('\'') ? index + ExtendedKey.Hardened : index);
        }

        using ExtendedKey last = node;
        using PrivateKey key = last.ToPrivateKey();
        using PrivateKey expected = PrivateKey.Parse(secret);

        Assert.That(key.Address, Is.EqualTo(expected.Address));
    }

    [Test]
    public void A_file_gives_the_asked_part_of_the_branch()
    {
        using SecretFolder folder = new();

        IReadOnlyList<PrivateKey> keys = MnemonicKeys.Read(folder.Write("phrase", Junk + "\n"), null, 4, 2);

        Assert.That(keys.Select(key => key.Address), Is.EqualTo(new[] { DevAccounts.All[4].Address, DevAccounts.All[5].Address }));
    }

    [Test]
    public void A_passphrase_leads_to_other_keys()
    {
        using SecretFolder folder = new();

        IReadOnlyList<PrivateKey> keys = MnemonicKeys.Read(folder.Write("phrase", Junk), folder.Write("passphrase", "TREZOR"), 0, 1);

        Assert.That(keys.Single().Address, Is.Not.EqualTo(DevAccounts.All[0].Address));
    }

    [Test]
    public void A_file_with_a_mistyped_phrase_is_named_without_its_words()
    {
        using SecretFolder folder = new();
        string path = folder.Write("phrase", "zebra " + Junk);

        Assert.That(
            () => MnemonicKeys.Read(path, null, 0, 1),
            Throws.TypeOf<KeyFileException>().With.Message.Contains(path).And.Message.Contains("got 13").And.Message.Not.Contains("zebra"));
    }

    private static string Seed(string phrase, string passphrase)
    {
        using SecretBytes seed = MnemonicPhrase.ToSeed(Encoding.UTF8.GetBytes(phrase), Encoding.UTF8.GetBytes(passphrase));
        return Hex.Encode(seed.Span);
    }
}

/// <summary>The contract over the first key of a mnemonic.</summary>
public sealed class MnemonicSignerContractTests : SignerContract
{
    protected override (ISigner Signer, Address Address) Create() => (
        new LocalKeySigner(MnemonicKeys.Derive("test test test test test test test test test test test junk"u8, [], 8, 1).Single()),
        DevAccounts.All[8].Address);
}
