using System.Xml.Linq;
using Bundler.Testing;

namespace Bundler.Tests.Architecture;

/// <summary>Who builds on whom: the node's projects in their order, and the package for strangers apart from them.</summary>
public sealed class ProjectReferenceTests
{
    private const string Client = "Bundler.Client";

    private static readonly Dictionary<string, string[]> _references = new()
    {
        ["Bundler.Contracts"] = ["Bundler.Ethereum"],
        ["Bundler.Ethereum"] = [],
        ["Bundler.Erc4337"] = ["Bundler.Ethereum"],
        ["Bundler.Signing"] = ["Bundler.Ethereum"],
        ["Bundler.Paymaster"] = ["Bundler.Engine", "Bundler.Signing"],
        [Client] = [],
    };

    private static IEnumerable<string> Projects => Directory.EnumerateFiles(Repo.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
        .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Projects))]
    public void The_node_does_not_build_on_the_package_for_strangers(string project) =>
        Assert.That(Names(project, "ProjectReference"), Does.Not.Contain(Client));

    [TestCaseSource(nameof(Projects))]
    public void Nethereum_is_the_clients_alone(string project)
    {
        IEnumerable<string> nethereum = Names(project, "PackageReference").Where(package => package.StartsWith("Nethereum", StringComparison.Ordinal));

        Assert.That(nethereum.Any(), Is.EqualTo(project == Client));
    }

    [TestCaseSource(nameof(Foundations))]
    public void A_foundation_builds_on_no_more_than_it_may(string project) => Assert.That(Names(project, "ProjectReference"), Is.SubsetOf(_references[project]));

    private static IEnumerable<string> Foundations => _references.Keys;

    private static IEnumerable<string> Names(string project, string item) => XDocument.Load(Repo.PathOf($"src/{project}/{project}.csproj"))
        .Descendants(item).Select(each => NameOf((string)each.Attribute("Include")!));

    private static string NameOf(string include) => include.EndsWith(".csproj", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(include) : include;
}
