using System.Diagnostics;
using Bundler.Testing;

namespace Bundler.Tests.Contracts;

[TestFixture]
public sealed class ArtifactTests
{
    [TestCase("src/Bundler.Contracts/contracts", "src/Bundler.Contracts/artifacts", "shanghai")]
    [TestCase("test/contracts", "test/contracts/artifacts", "cancun")]
    public async Task Committed_artifacts_are_what_the_compiler_makes_of_the_sources(string sources, string artifacts, string evmVersion)
    {
        if (!Directory.Exists(Repo.PathOf("node_modules/solc")))
        {
            Assert.Ignore("the Solidity compiler is not installed: npm ci --ignore-scripts");
        }

        string folder = Directory.CreateTempSubdirectory("bundler-artifacts-").FullName;
        try
        {
            await CompileAsync(Repo.PathOf(sources), folder, evmVersion);

            Assert.That(Read(folder), Is.EqualTo(Read(Repo.PathOf(artifacts))), "run scripts/build-contracts");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CompileAsync(string sources, string folder, string evmVersion)
    {
        ProcessStartInfo start = new("node", [Repo.PathOf("scripts/contracts/compile.mjs"), sources, folder, evmVersion]) { RedirectStandardError = true };
        using Process node = Process.Start(start) ?? throw new InvalidOperationException("node did not start");
        string errors = await node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.That(node.ExitCode, Is.Zero, errors);
    }

    private static SortedDictionary<string, string> Read(string folder) =>
        new(Directory.EnumerateFiles(folder, "*.json").ToDictionary(file => Path.GetFileName(file), File.ReadAllText), StringComparer.Ordinal);
}
