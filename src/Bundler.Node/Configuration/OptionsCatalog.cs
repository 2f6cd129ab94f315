using Bundler.Engine.Admission;
using Bundler.Engine.Bundling;
using Bundler.Engine.Chain;
using Bundler.Engine.Development;
using Bundler.Engine.Fleet;
using Bundler.Engine.Gas;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Retention;
using Bundler.Engine.Submission;
using Bundler.Engine.Validation;
using Bundler.Node.Health;
using Bundler.Node.Telemetry;
using Bundler.Operations.Funds;
using Bundler.Paymaster.Deposits;
using Bundler.Paymaster.Ledger;
using Bundler.Paymaster.Options;
using Bundler.Rpc;
using Bundler.Signing;
using Bundler.Signing.Grants;
using Bundler.Storage;
using Microsoft.Extensions.Options;

namespace Bundler.Node.Configuration;

/// <summary>The options of one room: its section, and what is wrong with it in a given host.</summary>
internal sealed record OptionsClass(string Section, Type Type, Func<IServiceProvider, IEnumerable<string>> Find);

/// <summary>Every options class, in the order of config/bundler.json.</summary>
internal static class OptionsCatalog
{
    public static IReadOnlyList<OptionsClass> All { get; } =
    [
        Of<EthereumOptions>(EthereumOptions.Section),
        Of<ChainOptions>(ChainOptions.Section),
        Of<SigningOptions>(SigningOptions.Section),
        Of<KeyServiceOptions>(KeyServiceOptions.Section),
        Of<SignerGuardOptions>(SignerGuardOptions.Section),
        Of<GrantSigningOptions>(GrantSigningOptions.Section),
        Of<GrantGuardOptions>(GrantGuardOptions.Section),
        Of<FundsOptions>(FundsOptions.Section),
        Of<SponsorOptions>(SponsorOptions.Section),
        Of<GrantLedgerOptions>(GrantLedgerOptions.Section),
        Of<DepositOptions>(DepositOptions.Section),
        Of<StorageOptions>(StorageOptions.Section),
        Of<RetentionOptions>(RetentionOptions.Section),
        Of<FleetOptions>(FleetOptions.Section),
        Of<RpcOptions>(RpcOptions.Section),
        Of<AdmissionOptions>(AdmissionOptions.Section),
        Of<ValidationOptions>(ValidationOptions.Section),
        Of<ReputationOptions>(ReputationOptions.Section),
        Of<GasOptions>(GasOptions.Section),
        Of<EstimationOptions>(EstimationOptions.Section),
        Of<PoolOptions>(PoolOptions.Section),
        Of<BundlingOptions>(BundlingOptions.Section),
        Of<SubmissionOptions>(SubmissionOptions.Section),
        Of<SenderOptions>(SenderOptions.Section),
        Of<InclusionOptions>(InclusionOptions.Section),
        Of<HealthOptions>(HealthOptions.Section),
        Of<LoggingOptions>(LoggingOptions.Section),
        Of<TelemetryOptions>(TelemetryOptions.Section),
        Of<DevelopmentOptions>(DevelopmentOptions.Section),
    ];

    /// <summary>A value that cannot be read, or each value that is out of bounds.</summary>
    public static IReadOnlyList<string> Find(IServiceProvider services) => [.. All.SelectMany(options => options.Find(services))];

    /// <summary>Null when a value cannot be read or is out of bounds: <see cref="Find(IServiceProvider)"/> tells.</summary>
    public static T? Valid<T>(IServiceProvider services)
        where T : class => Read<T>(services, "").Options;

    private static OptionsClass Of<T>(string section)
        where T : class => new(section, typeof(T), services => Read<T>(services, section).Faults);

    private static (T? Options, IReadOnlyList<string> Faults) Read<T>(IServiceProvider services, string section)
        where T : class
    {
        try
        {
            return (services.GetRequiredService<IOptions<T>>().Value, []);
        }
        catch (OptionsValidationException fault)
        {
            return (null, [.. fault.Failures.Select(failure => $"{section}: {failure.TrimEnd('.')}.")]);
        }
        catch (InvalidOperationException fault)
        {
            // The configuration binder names the key.
            return (null, [fault.Message]);
        }
    }
}
