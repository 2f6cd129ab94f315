using System.Globalization;
using Bundler.Engine;
using Bundler.Ethereum.Primitives;
using Bundler.Node.Startup;
using Bundler.Paymaster.Keys;
using Bundler.Storage;
using Bundler.Storage.Sqlite;

namespace Bundler.Node.Commands;

/// <summary>
/// API keys (S2-18): made, listed, revoked in the node's store. A PostgreSQL may be in use meanwhile; a SQLite file belongs to the node that runs, whose operators'
/// address does the same.
/// </summary>
internal static class KeysCommand
{
    /// <summary>The first argument that leads here.</summary>
    public const string Name = "keys";

    public static async Task<int> RunAsync(KeysArguments asked, LayerReader layers, TextWriter output, TextWriter errors)
    {
        IReadOnlyList<string> faults = [.. asked.Findings, .. layers.Faults];
        if (faults.Count > 0)
        {
            return Refusal.List(errors, faults);
        }

        try
        {
            await using ServiceProvider services = NodeServices.Rooms(layers.Combine());
            SqlDatabase database = services.GetRequiredService<SqlDatabase>();
            await database.OpenAsync(CancellationToken.None);
            return await RunAsync(asked, services.GetRequiredService<IApiKeyStore>(), output, errors);
        }
        catch (DataDirectoryInUseException inUse)
        {
            return Refusal.List(errors, [$"{inUse.Message} While the node runs, its operators' address makes, lists and revokes keys (docs/operations.md)."]);
        }
        catch (Exception fault) when (fault is StoreUnavailableException or StoreTooNewException or StoreOfAnotherChainException or IOException or CodecException
            or InvalidOperationException or Microsoft.Extensions.Options.OptionsValidationException)
        {
            return Refusal.List(errors, [fault.Message]);
        }
    }

    internal static async Task<int> RunAsync(KeysArguments asked, IApiKeyStore keys, TextWriter output, TextWriter errors)
    {
        switch (asked.Verb)
        {
            case "create":
                (ApiKey key, ApiKeySecret secret) = asked.Wish.Make(TimeProvider.System.GetUtcNow());
                await keys.AddAsync(key, CancellationToken.None);
                output.WriteLine(secret.Reveal());
                errors.WriteLine($"This is the key {key.Id}, shown this once.");
                return 0;
            case "revoke":
                return await keys.RevokeAsync(asked.Id!, TimeProvider.System.GetUtcNow(), CancellationToken.None)
                    ? 0
                    : Refusal.List(errors, [$"No key is called {asked.Id}."]);
            default:
                foreach (ApiKey each in await keys.ListAsync(CancellationToken.None))
                {
                    output.WriteLine(Line(each, TimeProvider.System.GetUtcNow()));
                }

                return 0;
        }
    }

    private static string Line(ApiKey key, DateTimeOffset now)
    {
        string state = key.RevokedAt is { } revoked ? $"revoked {Day(revoked)}"
            : key.ExpiresAt is { } expires ? $"{(expires <= now ? "expired" : "expires")} {Day(expires)}"
            : "alive";
        return $"{key.Id}  {state,-20}{ApiKeyText.Of(ApiKeyScopeWords.Of(key.Scopes)),-26}{key.Name}";
    }

    private static string Day(DateTimeOffset time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
