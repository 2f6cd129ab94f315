using System.IO.Compression;
using System.Xml.Linq;
using Bundler.Testing;

namespace Bundler.ClientTests.Api;

/// <summary>What the build has packed for strangers.</summary>
internal sealed class PackageTests
{
    private static readonly string _folder = Repo.PathOf("artifacts/packages");

    [Test]
    public void The_package_has_the_library_its_documentation_and_its_README()
    {
        using ZipArchive package = Open();

        Assert.That(package.Entries.Select(entry => entry.FullName), Is.SupersetOf(new[] { "README.md", "lib/net10.0/Bundler.Client.dll", "lib/net10.0/Bundler.Client.xml" }));
        Assert.That(package.Entries.Where(entry => entry.Name.EndsWith(".dll", StringComparison.Ordinal)).Select(entry => entry.Name), Is.EqualTo(new[] { "Bundler.Client.dll" }));
    }

    [Test]
    public void The_package_asks_for_Nethereum_and_the_pins_alone()
    {
        using ZipArchive package = Open();
        using Stream nuspec = package.GetEntry("Bundler.Client.nuspec")!.Open();

        Assert.That(XDocument.Load(nuspec).Descendants().Where(each => each.Name.LocalName == "dependency").Select(each => (string)each.Attribute("id")!), Is.EquivalentTo(new[]
        {
            "Nethereum.Web3", "Nethereum.Contracts", "Newtonsoft.Json", "BouncyCastle.Cryptography", "NBitcoin.Secp256k1",
        }));
    }

    [Test]
    public void Everything_public_is_documented_without_a_form_left_empty()
    {
        using ZipArchive package = Open();
        using Stream xml = package.GetEntry("lib/net10.0/Bundler.Client.xml")!.Open();

        Assert.That(XDocument.Load(xml).Descendants("summary").Where(each => each.Value.Trim().Length == 0 && !each.HasElements), Is.Empty);
    }

    private static ZipArchive Open() => ZipFile.OpenRead(Directory.EnumerateFiles(_folder, "Bundler.Client.*.nupkg").MaxBy(File.GetLastWriteTimeUtc)!);
}
