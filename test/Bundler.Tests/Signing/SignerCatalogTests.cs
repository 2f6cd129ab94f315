using System.Runtime.Versioning;
using Bundler.Ethereum.Primitives;
using Bundler.Signing;
using Bundler.Signing.Guard;
using Bundler.Signing.KeyServices;
using Bundler.Signing.Keystore;
using Bundler.Testing;
using Bundler.Testing.Kms;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Signing;

[UnsupportedOSPlatform("windows")]
public sealed class SignerCatalogTests
{
    private string _path = "";

    [SetUp]
    public void Begin()
    {
        _path = Path.Combine(Directory.CreateTempSubdirectory("bundler-keys-").FullName, "keys");
        File.WriteAllText(_path, $"{DevAccounts.All[1].PrivateKey}\n{DevAccounts.All[2].PrivateKey}\n{DevAccounts.All[1].PrivateKey}\n");
        File.SetUnixFileMode(_path, UnixFileMode.UserRead);
    }

    [TearDown]
    public void End() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [Test]
    public void A_key_file_makes_a_signer_of_each_of_its_keys_once()
    {
        using Keyring keyring = Open(new SigningOptions { KeyFile = _path });

        Assert.That(keyring.Signers.Select(signer => signer.Address), Is.EqualTo(new[] { DevAccounts.All[1].Address, DevAccounts.All[2].Address }));
    }

    [Test]
    public void Without_configuration_there_are_no_signers()
    {
        using Keyring keyring = Open(new SigningOptions());

        Assert.That(keyring.Signers, Is.Empty);
    }

    [Test]
    public void The_host_gets_the_keyring_of_its_configuration()
    {
        using ServiceProvider services = Services(_path);

        Assert.That(services.GetRequiredService<Keyring>().Signers, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_key_file_that_others_may_read_stops_the_start_with_a_sentence()
    {
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        using ServiceProvider services = Services(_path);

        Assert.That(
            services.GetRequiredService<Keyring>,
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("is open to others than its owner"));
    }

    [Test]
    public void Every_kind_is_opened_in_the_order_of_the_list_and_no_service_is_asked()
    {
        using SecretFolder folder = new();
        string password = folder.Write("password", "x");
        using (SecretBytes secret = new("x"u8))
        {
            KeystoreFile.Create(folder.PathOf("keystore"), Hex.Decode(DevAccounts.All[3].PrivateKey), secret, new Argon2Cost(1, 64 * 1_024));
        }

        using ServiceProvider services = Services(
            ("KeyFile", _path),
            ("Keystores:mine:File", folder.PathOf("keystore")),
            ("Keystores:mine:PasswordFile", password),
            ("MnemonicFile", folder.Write("phrase", "test test test test test test test test test test test junk")),
            ("MnemonicFirstIndex", "4"),
            ("AwsKms:a:KeyId", FakeAwsKms.KeyArn),
            ("AwsKms:a:Address", DevAccounts.All[5].Address.ToString()),
            ("GoogleKms:a:KeyVersion", FakeGoogleKms.KeyVersion),
            ("GoogleKms:a:Address", DevAccounts.All[6].Address.ToString()),
            ("AzureKeyVault:a:KeyId", "https://bundler.vault.azure.net/keys/executor"),
            ("AzureKeyVault:a:Address", DevAccounts.All[7].Address.ToString()),
            ("Pkcs11:a:Module", "/usr/lib/softhsm/libsofthsm2.so"),
            ("Pkcs11:a:Token", "bundler"),
            ("Pkcs11:a:Id", "0xa1"),
            ("Pkcs11:a:PinFile", folder.Write("pin", "1234\n")),
            ("Pkcs11:a:Address", DevAccounts.All[8].Address.ToString()));

        Assert.That(
            services.GetRequiredService<Keyring>().Signers.Select(signer => signer.Address),
            Is.EqualTo(Enumerable.Range(1, 8).Select(account => DevAccounts.All[account].Address)));
    }

    [TestCase("AwsKms:a:KeyId", "", "AwsKms:a:KeyId is missing")]
    [TestCase("AwsKms:a:KeyId", "alias/x", "AwsKms:a:Address must be the address that the key controls")]
    [TestCase("AwsKms:a:Address", "0xf39fd6e51aad88F6F4ce6aB8827279cffFb92266", "address checksum is wrong")]
    [TestCase("AwsKms:a:Endpoint", "http://kms.example", "AwsKms:a:Endpoint must be an https URL")]
    [TestCase("AwsKms:a:Endpoint", "https://user:pass@kms.example", "AwsKms:a:Endpoint must be an https URL")]
    [TestCase("GoogleKms:a:KeyVersion", "projects/x", "GoogleKms:a:KeyVersion must be projects/")]
    [TestCase("AzureKeyVault:a:KeyId", "http://bundler.vault.azure.net/keys/x", "AzureKeyVault:a:KeyId must be a key identifier")]
    [TestCase("AzureKeyVault:a:KeyId", "https://bundler.vault.azure.net/secrets/x", "AzureKeyVault:a:KeyId must be a key identifier")]
    [TestCase("Pkcs11:a:Token", "bundler", "Pkcs11:a:Label or Id is missing")]
    [TestCase("Pkcs11:a:Id", "a1", "Pkcs11:a:Id must be hex with 0x")]
    [TestCase("Pkcs11:a:Label", "x", "Pkcs11:a:PinFile is missing")]
    [TestCase("Keystores:mine:File", "x.json", "Keystores:mine:PasswordFile is missing")]
    [TestCase("MnemonicCount", "0", "MnemonicCount must be between 1 and 100")]
    [TestCase("MnemonicFile", "/nowhere/phrase", "the mnemonic file /nowhere/phrase cannot be read")]
    public void What_is_wrong_with_a_key_is_named_by_its_place(string key, string value, string message)
    {
        using ServiceProvider services = Services((key, value));

        Assert.That(services.GetRequiredService<Keyring>, Throws.TypeOf<OptionsValidationException>().With.Message.Contains(message));
    }

    [TestCase("KeyFile", true)]
    [TestCase("MnemonicFile", true)]
    [TestCase("Keystores", true)]
    [TestCase("AwsKms", false)]
    public void A_key_in_this_process_is_known_as_one(string kind, bool isLocal)
    {
        SigningOptions options = new()
        {
            KeyFile = kind == "KeyFile" ? "x" : "",
            MnemonicFile = kind == "MnemonicFile" ? "x" : null,
        };
        if (kind == "Keystores")
        {
            options.Keystores["x"] = new KeystoreOptions();
        }
        else if (kind == "AwsKms")
        {
            options.AwsKms["x"] = new AwsKmsOptions();
        }

        Assert.That(options.HasLocalKey, Is.EqualTo(isLocal));
    }

    [Test]
    public void The_guards_get_what_the_options_say()
    {
        Address treasury = DevAccounts.All[1].Address;
        SignerGuardOptions options = new() { MaxFeePerGasWei = 7, MaxPerMinute = 3 };
        options.Beneficiaries.Add(treasury.ToString());

        SignerGuardLimits limits = options.ToLimits(56, 16_777_216, [GuardedEntryPoint.OfV07(Deployments.EntryPointV07)], DevAccounts.All[2].Address);

        Assert.That((limits.ChainId, limits.MaxBundleGas, limits.MaxFeePerGas, limits.MaxPerMinute), Is.EqualTo(((UInt256)56, 16_777_216ul, (UInt256)7, 3)));
        Assert.That(limits.Beneficiaries, Is.EquivalentTo(new[] { treasury, DevAccounts.All[2].Address }));
    }

    [TestCase("Beneficiaries:0", "me", "Beneficiaries: ")]
    [TestCase("MaxPerMinute", "0", "MaxPerMinute must be between 1 and")]
    public void What_is_wrong_with_a_guard_is_named(string key, string value, string message)
    {
        using ServiceProvider services = new ServiceCollection().AddSigning(Configuration("Bundler:SignerGuard", (key, value))).BuildServiceProvider();

        Assert.That(() => services.GetRequiredService<IOptions<SignerGuardOptions>>().Value, Throws.TypeOf<OptionsValidationException>().With.Message.Contains(message));
    }

    private static Keyring Open(SigningOptions options) =>
        SignerCatalog.Open(options, new SignerSurroundings(new KeyServicePolicy(), TimeProvider.System, NullLoggerFactory.Instance));

    private static ServiceProvider Services(string path) => Services(("KeyFile", path));

    private static ServiceProvider Services(params (string Key, string Value)[] settings) =>
        new ServiceCollection().AddSigning(Configuration("Bundler:Signing", settings)).BuildServiceProvider();

    private static IConfiguration Configuration(string section, params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>($"{section}:{setting.Key}", setting.Value)))
        .Build();
}
