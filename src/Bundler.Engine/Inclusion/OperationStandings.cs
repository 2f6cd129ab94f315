using Bundler.Engine.Pool;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>Puts together what the index, the mempool and the last status say of an operation: the nearer to the chain, the truer.</summary>
public sealed class OperationStandings(OperationLookup lookup, WaitReasons reasons)
{
    /// <summary>Null for an operation that this node neither accepted nor saw in a block.</summary>
    public async Task<OperationStanding?> FindAsync(Hash32 userOpHash, CancellationToken cancellationToken)
    {
        if (await FindIncludedAsync(userOpHash, cancellationToken) is { } included)
        {
            return included;
        }

        MempoolEntry? pending = lookup.FindPending(userOpHash);
        OperationStatusRecord? last = await lookup.FindStatusAsync(userOpHash, cancellationToken);
        if (pending is not null)
        {
            return await PendingAsync(pending, last, cancellationToken);
        }

        if (last is { LeftTo: not null })
        {
            return Ended(last);
        }

        // It may have moved from the mempool into the index while we looked at one after the other.
        return await FindIncludedAsync(userOpHash, cancellationToken) ?? (last is null ? null : Ended(last));
    }

    private async Task<OperationStanding?> FindIncludedAsync(Hash32 userOpHash, CancellationToken cancellationToken)
    {
        if (await IncludedOrLeftAsync(userOpHash, cancellationToken) is not { } included)
        {
            return null;
        }

        OperationStatusRecord? last = await lookup.FindStatusAsync(userOpHash, cancellationToken);
        OperationState state = last is { State: OperationState.Final } ? OperationState.Final : OperationState.Included;
        return new OperationStanding(userOpHash, state)
        {
            TransactionHash = included.TransactionHash,
            At = last?.State == state ? last.At : null,
            Included = included,
        };
    }

    /// <summary>Of one that the index has left to the chain the last status is true, whatever the Ethereum node has forgotten, and while it is away.</summary>
    private async Task<IncludedOperation?> IncludedOrLeftAsync(Hash32 userOpHash, CancellationToken cancellationToken)
    {
        try
        {
            return await lookup.FindIncludedAsync(userOpHash, cancellationToken);
        }
        catch (Exception fault) when (fault is HistoryUnknownException or TransportException && lookup.FindPending(userOpHash) is null)
        {
            if ((await lookup.FindStatusAsync(userOpHash, cancellationToken))?.LeftTo is null)
            {
                throw;
            }

            return null;
        }
    }

    /// <summary>The last status may still name a transaction that was given up since: only the entry knows whether it travels.</summary>
    private async Task<OperationStanding> PendingAsync(MempoolEntry entry, OperationStatusRecord? last, CancellationToken cancellationToken)
    {
        bool travels = entry.State == EntryState.Bundled && last is { State: OperationState.Bundled };
        OperationState state = entry.State == EntryState.Storing ? OperationState.Received : travels ? OperationState.Bundled : OperationState.Pending;
        return new OperationStanding(entry.UserOpHash, state)
        {
            Reason = entry.IsIdle ? await reasons.FindAsync(entry, cancellationToken) : null,
            TransactionHash = travels ? last!.TransactionHash : null,
            At = travels ? last!.At : entry.AdmittedAt,
            Pending = entry,
        };
    }

    private static OperationStanding Ended(OperationStatusRecord last) => new(last.UserOpHash, last.State)
    {
        TransactionHash = last.TransactionHash,
        Reason = last.Reason,
        At = last.At,
    };
}
