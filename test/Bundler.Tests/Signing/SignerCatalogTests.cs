using System.Runtime.Versioning;
using Bundler.Signing;
using Bundler.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
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
        using Keyring keyring = SignerCatalog.Open(new SigningOptions { KeyFile = _path });

        Assert.That(keyring.Signers.Select(signer => signer.Address), Is.EqualTo(new[] { DevAccounts.All[1].Address, DevAccounts.All[2].Address }));
    }

    [Test]
    public void Without_configuration_there_are_no_signers()
    {
        using Keyring keyring = SignerCatalog.Open(new SigningOptions());

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

    private static ServiceProvider Services(string path) => new ServiceCollection()
        .AddSigning(new ConfigurationBuilder().AddInMemoryCollection([new KeyValuePair<string, string?>("Bundler:Signing:KeyFile", path)]).Build())
        .BuildServiceProvider();
}
