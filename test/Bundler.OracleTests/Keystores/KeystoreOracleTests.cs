using System.Runtime.Versioning;
using Bundler.Ethereum.Crypto;
using Bundler.Signing.Keystore;
using Bundler.Signing.LocalKey;
using Nethereum.KeyStore;
using Nethereum.KeyStore.Model;
using Newtonsoft.Json.Linq;

namespace Bundler.OracleTests.Keystores;

/// <summary>Keystores of version 3 that Nethereum writes, read by ours; few and with cheap parameters, for deriving a key is dear by design.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class KeystoreOracleTests
{
    private const int Cases = 100;
    private const string Password = "correct horse battery staple";

    private string _folder = null!;

    [OneTimeSetUp]
    public void Start() => _folder = Directory.CreateTempSubdirectory("bundler-oracle-").FullName;

    [OneTimeTearDown]
    public void End() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_keystore_by_scrypt_opens_to_the_same_key() => Oracle.Agrees(
        random =>
        {
            using PrivateKey key = random.Key(out byte[] secret);
            ScryptParams cost = new() { Dklen = 32, N = 1 << random.Next(1, 6), R = random.Next(1, 9), P = random.Next(1, 3) };
            string json = new KeyStoreScryptService().EncryptAndGenerateKeyStoreAsJson(Password, secret, key.Address.ToString(), cost);
            return (Opened(json), key.Address.ToString());
        },
        Cases);

    [Test]
    public void A_keystore_by_PBKDF2_opens_to_the_same_key() => Oracle.Agrees(
        random =>
        {
            using PrivateKey key = random.Key(out byte[] secret);
            Pbkdf2Params cost = new() { Dklen = 32, Count = random.Next(1, 200), Prf = "hmac-sha256" };
            string json = new KeyStorePbkdf2Service().EncryptAndGenerateKeyStoreAsJson(Password, secret, key.Address.ToString(), cost);
            return (Opened(json), key.Address.ToString());
        },
        Cases);

    [Test]
    public void Stricter_another_address_than_the_keys_is_refused()
    {
        JObject file = Sample(new ScryptParams { Dklen = 32, N = 2, R = 8, P = 1 });
        file["address"] = "1111111111111111111111111111111111111111";

        Assert.That(() => new KeyStoreService().DecryptKeyStoreFromJson(Password, file.ToString()), Throws.Nothing, "Nethereum takes it");
        Assert.That(() => Opened(file.ToString()), Throws.TypeOf<KeyFileException>().With.Message.Contains("holds the key of"));
    }

    /// <summary>Nethereum does not come back from this one: it is not asked.</summary>
    [Test]
    public void Stricter_parameters_that_take_the_machine_down_are_refused()
    {
        JObject file = Sample(new ScryptParams { Dklen = 32, N = 2, R = 8, P = 1 });
        file["crypto"]!["kdfparams"]!["n"] = 1 << 22;

        Assert.That(() => Opened(file.ToString()), Throws.TypeOf<KeyFileException>().With.Message.Contains("too costly"));
    }

    private static JObject Sample(ScryptParams cost)
    {
        using PrivateKey key = new Random(3).Key(out byte[] secret);
        return JObject.Parse(new KeyStoreScryptService().EncryptAndGenerateKeyStoreAsJson(Password, secret, key.Address.ToString(), cost));
    }

    private string Opened(string json)
    {
        string name = Path.Combine(_folder, Guid.NewGuid().ToString("n"));
        Write($"{name}.json", json);
        Write($"{name}.password", Password);
        using PrivateKey key = KeystoreFile.Read($"{name}.json", $"{name}.password");
        return key.Address.ToString();
    }

    private static void Write(string path, string text)
    {
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
