using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>The two nodes that the tests of methods share, each on a chain of its own.</summary>
[SetUpFixture]
[Parallelizable(ParallelScope.Self | ParallelScope.Fixtures)]
internal sealed class MethodNodes
{
    /// <summary>Bundles by itself, on a chain with a block every half second.</summary>
    public static MethodRig Living { get; private set; } = null!;

    /// <summary>Bundles by command, on a chain with a block for every transaction, as test suites use it.</summary>
    public static MethodRig Commanded { get; private set; } = null!;

    [OneTimeSetUp]
    public static async Task StartAsync()
    {
        Task<MethodRig> living = MethodRig.StartAsync(new AnvilOptions { BlockTimeSeconds = 0.5 });
        Commanded = await MethodRig.StartAsync(new AnvilOptions(), "--bundling", "manual");
        Living = await living;
    }

    [OneTimeTearDown]
    public static async Task EndAsync()
    {
        await Living.DisposeAsync();
        await Commanded.DisposeAsync();
    }
}
