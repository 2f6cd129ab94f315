using System.Diagnostics;
using System.Text.Json;
using Bundler.Testing;

namespace Bundler.Tests.Contracts;

/// <summary>Each starts a compiler, so they go side by side.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ArtifactTests
{
    [TestCase("src/Bundler.Contracts/contracts", "src/Bundler.Contracts/artifacts", "shanghai")]
    [TestCase("test/contracts", "test/contracts/artifacts", "cancun")]
    public async Task Committed_artifacts_are_what_the_compiler_makes_of_the_sources(string sources, string artifacts, string evmVersion)
    {
        NeedCompiler();
        string folder = Directory.CreateTempSubdirectory("bundler-artifacts-").FullName;
        try
        {
            await RunAsync("compile", Repo.PathOf(sources), folder, evmVersion);

            Assert.That(Read(folder), Is.EqualTo(Read(Repo.PathOf(artifacts))), "run scripts/build-contracts");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Whose code it gives is what the next test asks: together they are a second build of the sources.</summary>
    [Test]
    public void S0_01_the_audit_packs_input_has_the_sources_as_they_are()
    {
        JsonElement sources = JsonDocument.Parse(File.ReadAllText(Repo.PathOf("src/Bundler.Contracts/audit/standard-input.json"))).RootElement.GetProperty("sources");

        Assert.That(
            sources.EnumerateObject().ToDictionary(source => source.Name, source => source.Value.GetProperty("content").GetString()),
            Is.EquivalentTo(Directory.EnumerateFiles(Repo.PathOf("src/Bundler.Contracts/contracts"), "*.sol").ToDictionary(file => Path.GetFileName(file), string? (file) => File.ReadAllText(file))),
            "run scripts/build-contracts");
    }

    [Test]
    public async Task S0_04_the_audit_pack_alone_gives_the_code_that_the_node_knows()
    {
        NeedCompiler();

        await RunAsync("reproduce");
    }

    private static void NeedCompiler()
    {
        if (!Directory.Exists(Repo.PathOf("node_modules/solc")))
        {
            Assert.Ignore("the Solidity compiler is not installed: npm ci --ignore-scripts");
        }
    }

    private static async Task RunAsync(string script, params string[] arguments)
    {
        ProcessStartInfo start = new("node", [Repo.PathOf($"scripts/contracts/{script}.mjs"), .. arguments]) { RedirectStandardError = true };
        using Process node = Process.Start(start) ?? throw new InvalidOperationException("node did not start");
        string errors = await node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.That(node.ExitCode, Is.Zero, errors);
    }

    private static SortedDictionary<string, string> Read(string folder) =>
        new(Directory.EnumerateFiles(folder, "*.json").ToDictionary(file => Path.GetFileName(file), File.ReadAllText), StringComparer.Ordinal);
}
