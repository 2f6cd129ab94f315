using System.Runtime.Versioning;
using Bundler.Testing;
using Bundler.Testing.Kms;

namespace Bundler.ChainTests.Commands;

/// <summary>Operators learn the address of each key from the program, before a node of theirs runs.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SignersCommandTests
{
    private static readonly Dictionary<string, string> _credentials = new() { ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE", ["AWS_SECRET_ACCESS_KEY"] = TestSecrets.AwsSecretKey };

    private SecretFolder _folder = null!;
    private FakeAwsKms _kms = null!;

    [SetUp]
    public async Task BeginAsync()
    {
        _folder = new SecretFolder();
        _kms = new FakeAwsKms(SoftKey.Generate());
        await _kms.StartAsync();
    }

    [TearDown]
    public async Task EndAsync()
    {
        await _kms.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Every_kind_is_listed_with_its_address()
    {
        SoftHsm.Shared.Import(DevAccounts.All[5].PrivateKey, "listed", [0xc5]);
        (int exitCode, string output) = await ListAsync(
            "--signer-key-file", _folder.Write("key", DevAccounts.All[1].PrivateKey),
            "--Bundler:Signing:MnemonicFile", _folder.Write("phrase", TestSecrets.Mnemonic),
            "--Bundler:Signing:MnemonicFirstIndex=4",
            $"--Bundler:Signing:AwsKms:one:KeyId={FakeAwsKms.KeyArn}",
            $"--Bundler:Signing:AwsKms:one:Endpoint={_kms.Endpoint}",
            $"--Bundler:Signing:Pkcs11:hsm:Module={SoftHsm.Shared.ModulePath}",
            $"--Bundler:Signing:Pkcs11:hsm:Token={SoftHsm.TokenLabel}",
            "--Bundler:Signing:Pkcs11:hsm:Label=listed",
            "--Bundler:Signing:Pkcs11:hsm:PinFile", _folder.Write("pin", SoftHsm.Pin),
            $"--Bundler:Signing:Pkcs11:hsm:Address={DevAccounts.All[5].Address}");

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output.Split(Environment.NewLine), Is.EqualTo(new[]
        {
            $"KeyFile:1                 {DevAccounts.All[1].Address}",
            $"Mnemonic:4                {DevAccounts.All[4].Address}",
            $"AwsKms:one                {_kms.Key.Address}  not pinned yet: write it to Bundler:Signing:AwsKms:one:Address",
            $"Pkcs11:hsm                {DevAccounts.All[5].Address}",
        }));
    }

    [Test]
    public async Task A_key_of_another_address_and_a_service_that_refuses_are_named()
    {
        string[] arguments =
        [
            $"--Bundler:Signing:AwsKms:one:KeyId={FakeAwsKms.KeyArn}", $"--Bundler:Signing:AwsKms:one:Endpoint={_kms.Endpoint}",
            $"--Bundler:Signing:AwsKms:one:Address={DevAccounts.All[1].Address}",
        ];
        (int mismatch, string other) = await ListAsync(arguments);
        _kms.FromNowOn(KmsTrouble.DeniesAccess);
        (int refused, string denied) = await ListAsync(arguments);

        Assert.That((mismatch, refused), Is.EqualTo((1, 1)));
        Assert.That(other, Does.Contain($"{_kms.Key.Address}  the configuration says {DevAccounts.All[1].Address}"));
        Assert.That(denied, Does.Contain("(unknown)  AccessDenied: "));
    }

    [Test]
    public async Task What_is_wrong_with_the_configuration_is_told()
    {
        (int exitCode, string output) = await ListAsync("--Bundler:Signing:AwsKms:one:Adress=0x", "--Bundler:Signing:AwsKms:two:Address=0x12", "--sinner-key-file", "x");

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Does.Contain("- AwsKms:one:KeyId is missing").And.Contain("- AwsKms:two:Address must be the address that the key controls"));
        Assert.That(output, Does.Contain("- Unknown option --sinner-key-file: did you mean --signer-key-file?"));
    }

    private static Task<(int ExitCode, string Output)> ListAsync(params string[] arguments) => NodeProcess.RunAsync(
        ["signers", .. arguments], _credentials.Concat(SoftHsm.Shared.Environment).ToDictionary());
}
