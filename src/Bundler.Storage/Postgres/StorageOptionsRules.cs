using Microsoft.Extensions.Options;

namespace Bundler.Storage.Postgres;

/// <summary>Who wants PostgreSQL says where it is.</summary>
internal sealed class StorageOptionsRules : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        if (options.Kind != StorageKind.Postgres)
        {
            return ValidateOptionsResult.Success;
        }

        try
        {
            PostgresTarget.Of(options);
            return ValidateOptionsResult.Success;
        }
        catch (ConnectionStringException fault)
        {
            return ValidateOptionsResult.Fail(fault.Message);
        }
    }
}
