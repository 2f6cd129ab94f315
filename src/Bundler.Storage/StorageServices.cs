using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Engine.Following;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Ledger;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Submission;
using Bundler.Engine.Retention;
using Bundler.Paymaster.Keys;
using Bundler.Paymaster.Ledger;
using Bundler.Storage.Grants;
using Bundler.Storage.Postgres;
using Bundler.Storage.Retention;
using Bundler.Storage.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Storage;

/// <summary>Puts the database and every store into the node.</summary>
public static class StorageServices
{
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>().Bind(configuration.GetSection(StorageOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsRules>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(Database);
        services.AddHostedService<StorageStartup>();
        services.AddHostedService<StorageWatch>();

        services.AddSingleton<ILeaseStore, SqlLeaseStore>();
        services.AddSingleton<IChangeStore, SqlChangeStore>();
        services.AddSingleton<IMempoolStore, SqlMempoolStore>();
        services.AddSingleton<IWaitStore, SqlWaitStore>();
        services.AddSingleton<IReputationStore, SqlReputationStore>();
        services.AddSingleton<ISubmissionStore, SqlSubmissionStore>();
        services.AddSingleton<IOperationHistoryStore, SqlOperationHistoryStore>();
        services.AddSingleton<ILedgerStore, SqlLedgerStore>();
        services.AddSingleton<IRetentionStore, SqlRetentionStore>();
        services.AddSingleton<IApiKeyStore, SqlApiKeyStore>();
        services.AddSingleton<SqlGrantStore>();
        services.AddSingleton<IGrantStore>(provider => provider.GetRequiredService<SqlGrantStore>());
        services.AddSingleton<IGrantUpkeep>(provider => provider.GetRequiredService<SqlGrantStore>());
        return services;
    }

    private static SqlDatabase Database(IServiceProvider services) =>
        new(
            Dialect(services.GetRequiredService<IOptions<StorageOptions>>().Value),
            services.GetRequiredService<ILogger<SqlDatabase>>(),
            services.GetService<ChainProfile>()?.ChainId,
            services.GetRequiredService<TimeProvider>());

    private static IDialect Dialect(StorageOptions options) =>
        options.Kind == StorageKind.Postgres ? new PostgresDialect(options) : new SqliteDialect(options);
}
