using Microsoft.Extensions.Options;

namespace Bundler.Engine.Submission;

/// <summary>Looks at every relay, and opens its files once: the start fails with a sentence instead of the first bundle.</summary>
internal sealed class SenderOptionsValidator : IValidateOptions<SenderOptions>
{
    private const double LongestTimeout = 60;

    public ValidateOptionsResult Validate(string? name, SenderOptions options)
    {
        List<string> faults =
        [
            .. options.Names.Count == 0 ? ["Order names no sender"] : Array.Empty<string>(),
            .. options.Names.Where(sender => !SenderCatalog.Knows(sender, options))
                .Select(sender => $"Order has {sender}, known are {string.Join(", ", SenderCatalog.NamesIn(options))}"),
            .. options.Relays.SelectMany(relay => Find(relay.Key, relay.Value).Select(fault => $"Relays:{relay.Key}:{fault}")),
        ];
        if (new SenderOptionsRanges().Validate(name, options) is { Failed: true, Failures: { } ranges })
        {
            faults.AddRange(ranges);
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Find(string name, RelayOptions relay)
    {
        if (SenderCatalog.IsReserved(name))
        {
            yield return "has a name that is taken";
        }

        if (!SenderCatalog.Dialects.ContainsKey(relay.Kind))
        {
            yield return $"Kind is {relay.Kind}, known are {string.Join(", ", SenderCatalog.Dialects.Keys)}";
        }

        if (relay is { Blocks: < 1 or > 1_000 } or { TimeoutSeconds: not (>= 0.1 and <= LongestTimeout) })
        {
            yield return "Blocks must be between 1 and 1000, TimeoutSeconds between 0.1 and 60";
        }

        if (RelayAccess.Fault(relay) is { } fault)
        {
            yield return fault;
        }
    }
}
