using Bundler.Storage;

namespace Bundler.Tests.Storage;

/// <summary>What every store contract starts from: an open, empty database of the kind it is bound to.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private readonly TDatabase _home = new();

    protected SqlDatabase Database { get; private set; } = null!;

    [SetUp]
    public Task Open() => OpenAsync(null);

    [TearDown]
    public async Task Close()
    {
        await Database.DisposeAsync();
        await _home.DisposeAsync();
    }

    /// <summary>As after a restart of the node.</summary>
    protected async Task ReopenAsync(ulong? chainId = null)
    {
        await Database.DisposeAsync();
        await OpenAsync(chainId);
    }

    private async Task OpenAsync(ulong? chainId)
    {
        Database = await _home.ConnectAsync(chainId);
        await Database.OpenAsync(CancellationToken.None);
    }
}
