using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// The slice of a receipt's logs that belongs to one operation: its AccountDeployed from the validation phase, then what its execution
/// emitted, up to and with its UserOperationEvent. Pure.
/// </summary>
public static class OperationLogs
{
    /// <summary>The logs of the operation whose UserOperationEvent stands at <paramref name="eventIndex"/> of <paramref name="logs"/>.</summary>
    public static IReadOnlyList<LogEntry> Slice(IReadOnlyList<LogEntry> logs, int eventIndex)
    {
        LogEntry own = logs[eventIndex];
        Hash32 userOpHash = own.Topics[1];

        // Execution begins behind the previous operation's event, for the first of the bundle behind BeforeExecution, and for the first of an
        // aggregator's behind SignatureAggregatorChanged.
        int start = eventIndex;
        while (start > 0 && !EndsAnother(logs[start - 1], own.Address))
        {
            start--;
        }

        List<LogEntry> slice = [];
        for (int i = 0; i < start; i++)
        {
            if (logs[i].Address == own.Address && logs[i].Topics.Count > 1 && logs[i].Topics[1] == userOpHash)
            {
                slice.Add(logs[i]);
            }
        }

        for (int i = start; i <= eventIndex; i++)
        {
            slice.Add(logs[i]);
        }

        return slice;
    }

    private static bool EndsAnother(LogEntry log, Address entryPoint) =>
        log.Address == entryPoint
        && log.Topics.Count > 0
        && (log.Topics[0] == EntryPointEvents.UserOperationEvent.Topic
            || log.Topics[0] == EntryPointEvents.BeforeExecution.Topic
            || log.Topics[0] == EntryPointEvents.SignatureAggregatorChanged.Topic);
}
