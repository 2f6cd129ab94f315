using System.Globalization;
using Bundler.Rpc.Rest;
using Bundler.Storage;
using Microsoft.Extensions.Options;

namespace Bundler.Node.Health;

/// <summary>The store takes writes, and has room for more.</summary>
internal sealed class StorageCheck(SqlDatabase database, IOptions<StorageOptions> options) : IHealthCheck
{
    private const int Megabyte = 1_048_576;

    /// <summary>A database that several nodes share is written to every second: one that has not answered for so long does not.</summary>
    internal static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(3);

    private readonly long _least = options.Value.MinFreeMegabytes;

    public string Name => "storage";

    public HealthFinding Check() =>
        database.Fault is { } fault ? new HealthFinding(false, $"the last writes failed: {fault}")
        : database.Silence is { } silence && silence > LongestSilence
            ? new HealthFinding(false, string.Create(CultureInfo.InvariantCulture, $"has not answered for {silence.TotalSeconds:0} s"))
        : _least > 0 && database.FreeBytes / Megabyte is { } free && free < _least ? new HealthFinding(false, $"only {free} MB are free for the store")
        : new HealthFinding(true, string.Join("; ", Remarks()));

    private IEnumerable<string> Remarks()
    {
        yield return "takes writes";
        if (database.LastRefusal is { } refusal)
        {
            yield return $"refused one by itself: {refusal}";
        }

        if (database.Unreadable is { } rows)
        {
            yield return $"rows that cannot be read: {rows}";
        }
    }
}
