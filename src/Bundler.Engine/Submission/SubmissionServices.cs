using Bundler.Engine.Chain;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Submission;

/// <summary>The submission room in a host.</summary>
public static class SubmissionServices
{
    /// <summary>Needs the rooms before it, a <see cref="Signing.Guard.GuardedKeyring"/> and an <see cref="ISubmissionStore"/>. The host starts the loop.</summary>
    public static IServiceCollection AddSubmission(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SubmissionOptions>().Bind(configuration.GetSection(SubmissionOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SubmissionOptions>, SubmissionOptionsValidator>();
        services.AddSingleton<IValidateOptions<SubmissionOptions>, KnownSender>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<SubmissionQueue>();
        services.AddSingleton<OutcomeQueue>();
        services.AddSingleton<SignerPool>();
        services.AddSingleton(provider => new SubmissionMachine(SubmissionPolicy.From(OptionsOf(provider), provider.GetRequiredService<ChainProfile>())));
        services.AddSingleton(provider => new TransactionFactory(provider.GetRequiredService<ChainProfile>().ChainId));
        services.AddSingleton(provider => SenderCatalog.Create(OptionsOf(provider).Sender, provider));
        services.AddSingleton<FlightGround>();
        services.AddSingleton<FlightBoard>();
        services.AddSingleton<SubmissionLoop>();
        return services;
    }

    private static SubmissionOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<SubmissionOptions>>().Value;

    private sealed class KnownSender : IValidateOptions<SubmissionOptions>
    {
        public ValidateOptionsResult Validate(string? name, SubmissionOptions options) => SenderCatalog.Knows(options.Sender)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{SubmissionOptions.Section}:Sender is {options.Sender}, known are {string.Join(", ", SenderCatalog.Names)}");
    }
}
