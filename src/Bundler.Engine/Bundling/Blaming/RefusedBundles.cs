using Bundler.Engine.Pool;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Bundling.Blaming;

/// <summary>
/// Whom a bundle was refused for that no node takes: the kind of the refusal names them, or the halves are tried until one stands alone. Who stands
/// alone waits, longer each time, and is dropped with the node's words in the end; nobody else waits for it.
/// </summary>
public sealed class RefusedBundles(SuspectList suspects, Penalties penalties, ILogger logger)
{
    /// <param name="pool">The mempool of its operations, which are in it still.</param>
    /// <param name="userOpHashes">The bundle's operations.</param>
    /// <param name="refusal">Why it was abandoned.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task JudgeAsync(Mempool pool, IReadOnlyList<Hash32> userOpHashes, SendError refusal, CancellationToken cancellationToken)
    {
        MempoolEntry[] entries = [.. userOpHashes.Select(hash => pool.TryGet(hash, out MempoolEntry? entry) ? entry : null).OfType<MempoolEntry>()];
        MempoolEntry[] delegating = [.. entries.Where(entry => entry.Operation.Eip7702Auth is not null)];
        switch (refusal.Kind)
        {
            case SendErrorKind.TypeNotSupported when delegating.Length > 0:
                // Each of them makes the transaction what it is.
                foreach (MempoolEntry entry in delegating)
                {
                    await SetAsideAsync(pool, entry, entries, refusal, cancellationToken);
                }

                break;
            case SendErrorKind.AuthorityReserved when delegating.Length > 0:
                await AmongAsync(pool, delegating, entries, refusal, cancellationToken);
                break;
            case SendErrorKind kind when IsOfTheBundle(kind):
                await AmongAsync(pool, entries, entries, refusal, cancellationToken);
                break;
            default:
                break;
        }
    }

    /// <summary>The other kinds are of the signer, of the price or of the moment.</summary>
    private static bool IsOfTheBundle(SendErrorKind kind) =>
        kind is SendErrorKind.GasLimitExceeded or SendErrorKind.GasLimitTooLow or SendErrorKind.Oversized or SendErrorKind.Reverted
            or SendErrorKind.TypeNotSupported or SendErrorKind.AuthorityReserved or SendErrorKind.Unknown;

    private async Task AmongAsync(
        Mempool pool, MempoolEntry[] suspected, MempoolEntry[] entries, SendError refusal, CancellationToken cancellationToken)
    {
        if (suspected is [MempoolEntry alone])
        {
            await SetAsideAsync(pool, alone, entries, refusal, cancellationToken);
        }
        else if (suspected.Length > 1)
        {
            suspects.Split([.. suspected.Select(entry => entry.UserOpHash)]);
            logger.RefusedTogether(suspected.Length, refusal.Message);
        }
    }

    private async Task SetAsideAsync(
        Mempool pool, MempoolEntry entry, MempoolEntry[] entries, SendError refusal, CancellationToken cancellationToken)
    {
        if (suspects.FailedAlone(entry.UserOpHash, refusal.Message, isPassing: refusal.Kind == SendErrorKind.AuthorityReserved))
        {
            await penalties.DropAsync(pool, entry, entries, $"its bundle is refused by the Ethereum node: {refusal.Message}", cancellationToken);
        }
        else
        {
            logger.SetAside(entry.UserOpHash, refusal.Message);
        }
    }
}
