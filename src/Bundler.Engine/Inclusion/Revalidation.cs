using Bundler.Engine.Admission;
using Bundler.Engine.Bundling.Blaming;
using Bundler.Engine.Chain;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// Validates pending operations again: those that name an entity which a block has changed, and those that were restored. What passes may be
/// bundled; what fails is dropped with its reason, but what a reorganisation gave back waits a while for what it depends on.
/// </summary>
public sealed class Revalidation(
    StateReader state, FactReader facts, OperationValidator validator, ValidationTurns turns, HeadFeed heads, Patience patience, Penalties penalties,
    StakePolicy stakes, ILogger<Revalidation> logger)
{
    /// <summary>Operations in one batch of requests.</summary>
    private const int BatchSize = 32;

    /// <summary>Validates what the changes concern. Only the first of each nonce order: what follows it is validated behind it when it is bundled.</summary>
    public async Task OfChangedAsync(Mempool pool, IReadOnlyCollection<EntityChange> changes, CancellationToken cancellationToken)
    {
        if (changes.Count == 0 || pool.Count == 0)
        {
            return;
        }

        HashSet<MempoolEntry> concerned = [.. pool.Ask(view => changes.SelectMany(change => Concerned(view, change)).ToArray())];
        concerned.UnionWith(await UnpaidAsync(pool, changes, cancellationToken));
        foreach (MempoolEntry[] batch in concerned.Chunk(BatchSize))
        {
            ChainHead head = await heads.CurrentAsync(cancellationToken);
            ValidatedOperation[] operations = [.. batch.Select(entry => new ValidatedOperation(entry.EntryPoint, entry.Operation, entry.Validation!))];
            IReadOnlyList<Outcome<ValidationResult>> outcomes =
                await turns.RunAsync(() => validator.RevalidateAsync(operations, head, cancellationToken), cancellationToken);
            for (int i = 0; i < batch.Length; i++)
            {
                if (outcomes[i].Accepted)
                {
                    pool.Revalidated(batch[i].UserOpHash, outcomes[i].Value);
                }
                else if (outcomes[i].Rejection is { } rejection && !rejection.IsOvertaken
                    && !(rejection is Rejection.TooHeavy heavy && penalties.TrySetAside(batch[i], heavy)))
                {
                    await DropAsync(pool, batch[i], rejection, cancellationToken);
                }
            }
        }
    }

    /// <summary>Validates some of what was restored, best paid first. True when there is more to do now.</summary>
    public async Task<bool> OfRestoredAsync(Mempool pool, CancellationToken cancellationToken)
    {
        MempoolEntry[] batch = pool.Ask(view => Next(view));
        if (batch.Length == 0)
        {
            return false;
        }

        IReadOnlyList<ValidationFacts> read = await facts.ReadAsync([.. batch.Select(entry => (entry.EntryPoint, entry.Operation))], cancellationToken);
        Waiting[] waiting = [.. batch.Select((entry, i) => new Waiting(entry, read[i], Before(pool, entry, read[i])))];
        await Task.WhenAll(
            waiting.Where(each => each.Entry.Validation is null).Select(each => AnewAsync(pool, each, cancellationToken))
                .Append(AgainAsync(pool, [.. waiting.Where(each => each.Entry.Validation is not null)], cancellationToken)));
        return true;
    }

    private static UserOperation[] Before(Mempool pool, MempoolEntry entry, ValidationFacts read) =>
    [
        .. pool.Ask(view => view.Queue(entry.Operation.Sender, entry.Nonce.Key))
            .Where(other => entry.Follows(other) && other.Nonce.Sequence >= read.NonceSequence)
            .Select(other => other.Operation),
    ];

    private async Task AnewAsync(Mempool pool, Waiting each, CancellationToken cancellationToken)
    {
        MempoolEntry entry = each.Entry;
        Outcome<ValidationResult> outcome = await turns.RunAsync(
            async () => await validator.ValidateAsync(
                entry.EntryPoint, entry.Operation, each.Facts, each.Before, await heads.CurrentAsync(cancellationToken), cancellationToken),
            cancellationToken);
        await EndAsync(pool, each, outcome, cancellationToken);
    }

    /// <summary>COD-010: what was validated before goes by the code of that time, and costs a trace only where something has changed since.</summary>
    private async Task AgainAsync(Mempool pool, Waiting[] known, CancellationToken cancellationToken)
    {
        if (known.Length == 0)
        {
            return;
        }

        ValidatedOperation[] operations =
        [
            .. known.Select(each => new ValidatedOperation(each.Entry.EntryPoint, each.Entry.Operation, each.Entry.Validation!) { QueuedBefore = each.Before }),
        ];
        IReadOnlyList<Outcome<ValidationResult>> outcomes = await turns.RunAsync(
            async () => await validator.RevalidateAsync(operations, await heads.CurrentAsync(cancellationToken), cancellationToken), cancellationToken);
        for (int i = 0; i < known.Length; i++)
        {
            await EndAsync(pool, known[i], outcomes[i], cancellationToken);
        }
    }

    private async Task EndAsync(Mempool pool, Waiting each, Outcome<ValidationResult> outcome, CancellationToken cancellationToken)
    {
        if (outcome.Accepted)
        {
            pool.Revalidated(each.Entry.UserOpHash, outcome.Value);
        }
        else if (!MayStillPass(each.Entry, outcome.Rejection, each.Before.Length > 0))
        {
            await DropAsync(pool, each.Entry, outcome.Rejection, cancellationToken);
        }
    }

    private static IEnumerable<MempoolEntry> Concerned(MempoolView view, EntityChange change)
    {
        if (change.EntryPoint != view.EntryPoint)
        {
            return [];
        }

        IEnumerable<MempoolEntry> concerned = change.Kind == EntityChangeKind.StakeLess
            ? view.Naming(change.Entity)
            : view.Of(EntityKind.Account, change.Entity).Concat(change.Kind == EntityChangeKind.Executed ? view.TouchedBy(change.Entity) : []);
        return concerned.Where(entry => IsFirst(view, entry));
    }

    private static bool IsFirst(MempoolView view, MempoolEntry entry) =>
        entry is { State: EntryState.Pending, Validation: not null } && view.Queue(entry.Operation.Sender, entry.Nonce.Key)[0].UserOpHash == entry.UserOpHash;

    /// <summary>
    /// The operations that their paymaster cannot pay any more. One request tells the deposits, and only where one has fallen below what all pending
    /// operations together may cost is each of them looked at.
    /// </summary>
    private async Task<IEnumerable<MempoolEntry>> UnpaidAsync(Mempool pool, IReadOnlyCollection<EntityChange> changes, CancellationToken cancellationToken)
    {
        Address entryPoint = pool.EntryPoint.Address;
        Address[] paymasters = pool.Ask(view => changes
            .Where(change => change.Kind == EntityChangeKind.DepositLess && change.EntryPoint == entryPoint && view.Count(EntityKind.Paymaster, change.Entity) > 0)
            .Select(change => change.Entity)
            .ToArray());
        StateQuestions questions = new();
        foreach (Address paymaster in paymasters)
        {
            questions.DepositInfo(entryPoint, paymaster);
        }

        StateAnswers answers = await state.ReadAsync(questions, cancellationToken);
        StakeInfo[] infos = [.. paymasters.Select(paymaster => answers.DepositInfo(entryPoint, paymaster))];
        return pool.Ask(view => infos
            .Where(info => info.Deposit < view.PaymasterReserve(info.Address))
            .SelectMany(info => view.Of(EntityKind.Paymaster, info.Address).Where(entry => pool.EntryPoint.RequiredPrefund(entry.Operation) > info.Deposit))
            .Where(entry => IsFirst(view, entry))
            .ToArray());
    }

    private MempoolEntry[] Next(MempoolView view)
    {
        patience.Keep(view.EntryPoint, view.IsRestored);
        return
        [
            .. view.Restored()
                .Where(entry => patience.IsDue(entry.UserOpHash))
                .Where(entry => !view.Queue(entry.Operation.Sender, entry.Nonce.Key).Any(other => other.State == EntryState.Unvalidated && entry.Follows(other)))
                .Take(BatchSize),
        ];
    }

    /// <summary>
    /// After a reorganisation what the operation depends on, such as its account's funds, may come again with the next blocks. And where its nonce is used
    /// the index will say by whom: the node may be a block ahead of it. So it may have included what must come first, which then fails in its place; if
    /// that one is really to blame, this one is dropped with it. What was traced once may be traced again when the node is less busy.
    /// </summary>
    private bool MayStillPass(MempoolEntry entry, Rejection rejection, bool isBehindOthers) =>
        (entry.ReturnedAt is not null || isBehindOthers || rejection.IsOvertaken || rejection is Rejection.TooHeavy) && patience.Has(entry);

    private async Task DropAsync(Mempool pool, MempoolEntry entry, Rejection rejection, CancellationToken cancellationToken)
    {
        string reason = $"validated again: {rejection.Message}";
        IReadOnlyList<MempoolEntry> gone = await pool.DropAsync([entry.UserOpHash], _ => reason, cancellationToken);
        if (gone.Count > 0)
        {
            penalties.PassOver(gone.Where(other => other.UserOpHash != entry.UserOpHash));
            penalties.Apply(pool.EntryPoint.Address, Blame.AtSecondValidation(entry, rejection, stakes));
            logger.DroppedWhenValidatedAgain(entry.UserOpHash, rejection.Message);
        }
    }

    /// <summary>What has to be validated before it is offered, behind what comes before it.</summary>
    private readonly record struct Waiting(MempoolEntry Entry, ValidationFacts Facts, UserOperation[] Before);
}
