using Bundler.Rpc.JsonRpc;
using Bundler.Testing;
using Bundler.Tests.Rpc.Golden;
using Bundler.Tests.Rpc.Methods;

namespace Bundler.Tests.Rpc.JsonRpc;

/// <summary>A method of the catalogue is described, has a golden file, and is called on the running node by the chain test that has its name.</summary>
internal sealed class MethodCoverageTests
{
    [Test]
    public async Task Every_method_is_described_has_a_golden_file_and_a_chain_test()
    {
        await using MethodWorld world = await MethodWorld.StartAsync();
        string[] golden = [.. GoldenFile.Methods];

        Assert.That(world.Methods.Methods, Is.Not.Empty);
        using (Assert.EnterMultipleScope())
        {
            foreach (RpcMethod method in world.Methods.Methods)
            {
                Assert.That(method.Description, Is.Not.Null, method.Name);
                Assert.That(golden, Does.Contain(method.Name));
                Assert.That(ChainTestOf(method), Does.Exist);
                Assert.That(File.ReadAllText(ChainTestOf(method).FullName), Does.Contain($"\"{method.Name}\""), method.Name);
            }
        }
    }

    /// <summary>Methods/Eth/ChainId.cs of the RPC is called by Methods/Eth/ChainIdTests.cs of the chain tests.</summary>
    private static FileInfo ChainTestOf(RpcMethod method)
    {
        string source = Directory.EnumerateFiles(Repo.PathOf("src/Bundler.Rpc/Methods"), $"{method.GetType().Name}.cs", SearchOption.AllDirectories).Single();
        string folder = Path.GetFileName(Path.GetDirectoryName(source)!);
        return new FileInfo(Repo.PathOf($"test/Bundler.ChainTests/Methods/{folder}/{method.GetType().Name}Tests.cs"));
    }
}
