using Bundler.Engine.Bundling.Blaming;
using Bundler.Engine.Chain;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Bundling.Checks;

/// <summary>
/// Second validation (ERC-7562) of operations that are taken from the mempool. What fails is dropped with its reason and held against whoever
/// caused it; what takes the Ethereum node too long waits, and is dropped when it did so repeatedly.
/// </summary>
public sealed class SecondValidation(FactReader facts, OperationValidator validator, Penalties penalties, StakePolicy stakes)
{
    /// <summary>Validates each operation again, behind those of the same sender and nonce key among them.</summary>
    /// <param name="pool">Their mempool.</param>
    /// <param name="entries">Taken from it.</param>
    /// <param name="head">The newest block.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Those that passed, in their order, with what validation has shown now.</returns>
    public async Task<List<MempoolEntry>> RunAsync(Mempool pool, IReadOnlyList<MempoolEntry> entries, ChainHead head, CancellationToken cancellationToken)
    {
        IReadOnlyList<Outcome<ValidationResult>> outcomes = await ValidateAsync(entries, head, cancellationToken);
        List<MempoolEntry> kept = [];
        HashSet<(Address, UInt256)> broken = [];
        for (int i = 0; i < entries.Count; i++)
        {
            MempoolEntry entry = entries[i];
            (Address, UInt256) queue = (entry.Operation.Sender, entry.Nonce.Key);
            if (broken.Contains(queue))
            {
                continue;
            }

            if (outcomes[i] is { Accepted: true } passed)
            {
                pool.Revalidated(entry.UserOpHash, passed.Value);
                kept.Add(entry with { Validation = passed.Value });
                continue;
            }

            Rejection rejection = outcomes[i].Rejection!;
            broken.Add(queue);
            if (rejection.IsOvertaken && entry.Validation is not null)
            {
                // A block that is not indexed yet has used its nonce, most likely with itself. The index will say; what follows it is still good.
                pool.Doubt(entry.UserOpHash);
                continue;
            }

            if (rejection is Rejection.TooHeavy heavy && penalties.TrySetAside(entry, heavy))
            {
                continue;
            }

            penalties.Apply(pool.EntryPoint.Address, Blame.AtSecondValidation(entry, rejection, stakes));
            await penalties.DropAsync(pool, entry, entries, $"second validation: {rejection.Message}", cancellationToken);
        }

        return kept;
    }

    /// <summary>Those that were validated before by what has changed since; those that were only restored, from the ground up.</summary>
    private async Task<IReadOnlyList<Outcome<ValidationResult>>> ValidateAsync(
        IReadOnlyList<MempoolEntry> entries, ChainHead head, CancellationToken cancellationToken)
    {
        ValidatedOperation[] known =
        [
            .. entries.Where(entry => entry.Validation is not null)
                .Select(entry => new ValidatedOperation(entry.EntryPoint, entry.Operation, entry.Validation!) { QueuedBefore = Before(entries, entry) }),
        ];
        IReadOnlyList<Outcome<ValidationResult>> again = known.Length > 0 ? await validator.RevalidateAsync(known, head, cancellationToken) : [];
        MempoolEntry[] restored = [.. entries.Where(entry => entry.Validation is null)];
        IReadOnlyList<Outcome<ValidationResult>> anew = restored.Length > 0 ? await ValidateAnewAsync(restored, entries, head, cancellationToken) : [];

        int ofKnown = 0;
        int ofRestored = 0;
        return [.. entries.Select(entry => entry.Validation is not null ? again[ofKnown++] : anew[ofRestored++])];
    }

    private async Task<IReadOnlyList<Outcome<ValidationResult>>> ValidateAnewAsync(
        MempoolEntry[] restored, IReadOnlyList<MempoolEntry> entries, ChainHead head, CancellationToken cancellationToken)
    {
        IReadOnlyList<ValidationFacts> read = await facts.ReadAsync([.. restored.Select(entry => (entry.EntryPoint, entry.Operation))], cancellationToken);
        return await Task.WhenAll(restored.Select((entry, i) =>
            validator.ValidateAsync(entry.EntryPoint, entry.Operation, read[i], Before(entries, entry), head, cancellationToken)));
    }

    /// <summary>The operations of the same sender and nonce key that come before this one.</summary>
    private static IReadOnlyList<UserOperation> Before(IReadOnlyList<MempoolEntry> entries, MempoolEntry entry) =>
        [.. entries.Where(other => entry.Follows(other)).OrderBy(other => other.Nonce.Sequence).Select(other => other.Operation)];
}
