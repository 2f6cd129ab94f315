using Bundler.Engine.Inclusion;
using Bundler.Engine.Ledger;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Submission;
using Bundler.Storage;
using Bundler.Tests.Storage.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Storage;

public sealed class StorageServicesTests
{
    [Test]
    public async Task The_database_is_open_before_any_hosted_service_starts_and_until_all_have_stopped()
    {
        await using SqliteTestDatabase home = new();
        using IHost host = Build(home.DataDirectory, "bundler.db");
        await host.StartAsync();
        await host.StopAsync();

        Assert.That(host.Services.GetRequiredService<StoreUser>().Loads, Is.EqualTo(2));
    }

    [TestCase(typeof(IMempoolStore))]
    [TestCase(typeof(IReputationStore))]
    [TestCase(typeof(ISubmissionStore))]
    [TestCase(typeof(IOperationHistoryStore))]
    [TestCase(typeof(ILedgerStore))]
    public async Task Every_store_is_there(Type store)
    {
        await using SqliteTestDatabase home = new();
        using IHost host = Build(home.DataDirectory, "bundler.db");

        Assert.That(host.Services.GetRequiredService(store), Is.Not.Null);
    }

    [TestCase("", "bundler.db")]
    [TestCase("./data", "")]
    [TestCase("./data", "../bundler.db")]
    public void Malformed_options_stop_the_start(string directory, string file)
    {
        using IHost host = Build(directory, file);

        Assert.That(async () => await host.StartAsync(), Throws.TypeOf<OptionsValidationException>());
    }

    private static IHost Build(string directory, string file)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?> { ["Bundler:Storage:DataDirectory"] = directory, ["Bundler:Storage:FileName"] = file });
        builder.Services.AddSingleton<StoreUser>();
        builder.Services.AddHostedService(services => services.GetRequiredService<StoreUser>());
        builder.Services.AddStorage(builder.Configuration);
        return builder.Build();
    }

    /// <summary>A hosted service that was registered before the storage and uses it as it starts and stops.</summary>
    private sealed class StoreUser(IMempoolStore store) : IHostedService
    {
        public int Loads { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

        private async Task LoadAsync(CancellationToken cancellationToken)
        {
            await store.LoadAsync(cancellationToken);
            Loads++;
        }
    }
}
