using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Submission;

/// <summary>
/// The senders in their order: each transaction goes to the first that takes it. What only a relay has, and nobody has mined after the stated
/// time, is sent publicly too, and so is every later version of that bundle. Cancellations go the public way: they have nothing to hide.
/// </summary>
public sealed class SenderChain(
    IReadOnlyList<SenderRoute> order, SenderRoute @public, TimeSpan publicAfter, ILogger<SenderChain> logger, TimeProvider clock) : IBundleSender
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, HandedBundle> _handed = [];

    /// <summary>Every sender that may get anything.</summary>
    public IReadOnlyList<SenderRoute> Routes { get; } = publicAfter > TimeSpan.Zero && !order.Contains(@public) ? [.. order, @public] : order;

    /// <summary>No bundle gets anywhere where it could be mined and revert, not even later: only relays that take bundles, and no public fallback.</summary>
    public bool DropsReverts { get; } = publicAfter <= TimeSpan.Zero && order.All(route => route.DropsReverts);

    public async Task<SendResult> SendAsync(OutgoingTransaction transaction, CancellationToken cancellationToken)
    {
        SendResult? refused = null;
        SendResult? silent = null;
        foreach (SenderRoute route in RoutesOf(transaction))
        {
            SendResult result = await route.Sender.SendAsync(transaction, cancellationToken);
            Note(route, transaction, result);
            switch (result)
            {
                case SendResult.Accepted or SendResult.Refused { Refusal.Kind: SendErrorKind.AlreadyKnown }:
                    return SendResult.Accepted.Instance;
                case SendResult.Refused { Refusal.Kind: SendErrorKind.ConditionalRejected or SendErrorKind.NonceTooLow }:
                    // The chain has moved on: that is so everywhere.
                    return result;
                case SendResult.Unanswered:
                    silent = result;
                    break;
                default:
                    refused = result;
                    break;
            }
        }

        // Whoever did not answer may have it.
        return silent ?? refused!;
    }

    public bool IsPublic(Guid bundleId) => Handed(bundleId) is not { IsPublic: false };

    public void Settled(Guid bundleId, Hash32? minedTransaction)
    {
        HandedBundle? handed;
        lock (_lock)
        {
            _handed.Remove(bundleId, out handed);
        }

        if (handed is not null && minedTransaction is { } mined && handed.LastToTake(mined) is { } route)
        {
            TimeSpan after = clock.GetElapsedTime(handed.Since);
            route.Record.Included(after);
            SenderMetrics.Included(route.Name, after);
        }
    }

    /// <summary>Sends publicly what relays have had for long enough.</summary>
    /// <param name="mayStill">Whether a transaction is still this node's to send.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task FallBackAsync(Predicate<OutgoingTransaction> mayStill, CancellationToken cancellationToken)
    {
        foreach (HandedBundle handed in Overdue().Where(handed => mayStill(handed.Newest)))
        {
            SendResult result = await @public.Sender.SendAsync(handed.Newest, cancellationToken);
            Note(@public, handed.Newest, result);
            logger.WentPublic(handed.Newest.Hash, handed.Newest.BundleId, publicAfter.TotalSeconds, string.Join(", ", handed.Relays.Select(relay => relay.Name)));
        }
    }

    private IReadOnlyList<SenderRoute> RoutesOf(OutgoingTransaction transaction)
    {
        bool isOpen;
        lock (_lock)
        {
            if (!_handed.TryGetValue(transaction.BundleId, out HandedBundle? handed))
            {
                _handed[transaction.BundleId] = handed = new HandedBundle(transaction, clock.GetTimestamp());
            }

            isOpen = transaction.IsCancellation || handed.IsPublic || IsOverdue(handed);
        }

        IReadOnlyList<SenderRoute> routes = isOpen ? [.. order.Where(route => !route.IsPrivate)] : order;
        routes = routes.Count == 0 ? [@public] : routes;
        SenderRoute[] awake = [.. routes.Where(route => route.Record.RestsBecause is null)];
        return awake.Length > 0 ? awake
            : publicAfter > TimeSpan.Zero && !routes.Contains(@public) ? [.. routes, @public]
            : routes;
    }

    private void Note(SenderRoute route, OutgoingTransaction transaction, SendResult result)
    {
        SenderMetrics.Sent(route.Name, result);
        switch (result)
        {
            case SendResult.Accepted or SendResult.Refused { Refusal.Kind: SendErrorKind.AlreadyKnown }:
                route.Record.Took();
                Handed(transaction.BundleId)?.Take(route, transaction);
                break;
            case SendResult.Refused refused:
                route.Record.Refused(refused.Refusal.Kind == SendErrorKind.Unknown, refused.Refusal.Message);
                logger.SenderRefused(route.Name, transaction.Hash, refused.Refusal.Kind, refused.Refusal.Message);
                break;
            case SendResult.Unanswered silent:
                route.Record.Unanswered(silent.Fault);
                Handed(transaction.BundleId)?.Take(route, transaction);
                logger.SenderSilent(route.Name, transaction.Hash, silent.Fault);
                break;
        }
    }

    private HandedBundle? Handed(Guid bundleId)
    {
        lock (_lock)
        {
            return _handed.GetValueOrDefault(bundleId);
        }
    }

    private bool IsOverdue(HandedBundle handed) => publicAfter > TimeSpan.Zero && clock.GetElapsedTime(handed.Since) >= publicAfter;

    // What everybody refused is left out: it may be given up at this moment, and its nonce be used for another.
    private HandedBundle[] Overdue()
    {
        HandedBundle[] overdue;
        lock (_lock)
        {
            overdue = [.. _handed.Values.Where(handed => handed is { MayBeOut: true, IsPublic: false } && IsOverdue(handed))];
        }

        foreach (HandedBundle handed in overdue)
        {
            handed.GoPublic();
            foreach (SenderRoute relay in handed.Relays)
            {
                relay.Record.Missed();
            }
        }

        return overdue;
    }
}
