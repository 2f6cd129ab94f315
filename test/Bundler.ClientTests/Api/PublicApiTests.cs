using Bundler.Client;
using Bundler.Testing;

namespace Bundler.ClientTests.Api;

/// <summary>What strangers build on does not change unnoticed; BUNDLER_UPDATE_GOLDEN=1 writes the list of now.</summary>
internal sealed class PublicApiTests
{
    private static readonly string _file = Repo.PathOf("test/Bundler.ClientTests/Api/Bundler.Client.txt");

    [Test]
    public void The_public_API_is_the_one_in_the_golden_file()
    {
        string[] now = [.. PublicApi.Of(typeof(BundlerApiService).Assembly)];
        if (Environment.GetEnvironmentVariable("BUNDLER_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllLines(_file, now);
        }

        Assert.That(now, Is.EqualTo(File.ReadAllLines(_file)));
    }

    [Test]
    public void The_package_stands_on_Nethereum_alone_and_not_on_the_node()
    {
        string[] references = [.. typeof(BundlerApiService).Assembly.GetReferencedAssemblies().Select(each => each.Name!)];

        Assert.That(references.Where(name => name.StartsWith("Bundler", StringComparison.Ordinal)), Is.Empty);
        Assert.That(
            references.Where(name => !name.StartsWith("System", StringComparison.Ordinal) && !name.StartsWith("Nethereum.", StringComparison.Ordinal)),
            Is.SubsetOf(new[] { "Newtonsoft.Json", "Microsoft.Extensions.Logging.Abstractions", "netstandard" }));
    }

    [Test]
    public void Types_that_are_not_made_to_be_inherited_are_sealed() => Assert.That(
        typeof(BundlerApiService).Assembly.GetTypes().Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false }).Select(type => type.Name),
        Is.EquivalentTo(new[] { "FeeLevels", "PaymasterData" }));
}
