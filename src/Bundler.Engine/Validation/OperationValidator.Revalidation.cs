using Bundler.Engine.Chain;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>Second validation (ERC-7562): the same answer where the state behind it is the same, a fresh trace where it is not.</summary>
public sealed partial class OperationValidator
{
    /// <summary>
    /// Validates operations again on top of a newer head, behind what is queued before each. One read tells the state that their validations depended on;
    /// only operations behind which something has changed cost a trace each.
    /// </summary>
    /// <param name="operations">With their first validations.</param>
    /// <param name="head">The newest block.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The outcomes in the order of the operations.</returns>
    public async Task<IReadOnlyList<Outcome<ValidationResult>>> RevalidateAsync(
        IReadOnlyList<ValidatedOperation> operations, ChainHead head, CancellationToken cancellationToken)
    {
        StateQuestions questions = new();
        foreach (ValidatedOperation each in operations)
        {
            PendingState.Ask(questions, each);
            FactReader.Ask(questions, each.EntryPoint, each.Operation);
        }

        StateAnswers answers = await _state.ReadAsync(questions, cancellationToken);
        PendingState state = new(answers);
        Outcome<ValidationResult>[] outcomes = new Outcome<ValidationResult>[operations.Count];
        List<int> changed = [];
        for (int i = 0; i < operations.Count; i++)
        {
            if (Rules.Has(Erc7562Rule.Cod010) && state.ChangedCode(operations[i]) is { } address)
            {
                outcomes[i] = CodeChanged(operations[i], address);
            }
            else if (state.IsUnchanged(operations[i]))
            {
                outcomes[i] = StillValid(operations[i], state.Stakes(operations[i]), head);
            }
            else
            {
                changed.Add(i);
            }
        }

        await Task.WhenAll(changed.Select(async i => outcomes[i] = await AnewAsync(operations[i], answers, head, cancellationToken)));
        return outcomes;
    }

    private Task<Outcome<ValidationResult>> AnewAsync(ValidatedOperation each, StateAnswers answers, ChainHead head, CancellationToken cancellationToken) =>
        ValidateAsync(
            each.EntryPoint, each.Operation, FactReader.Read(answers, each.EntryPoint, each.Operation), each.QueuedBefore, head, cancellationToken);

    /// <summary>COD-010: no visited contract may have another code than at the first validation.</summary>
    private static Rejection.RuleViolated CodeChanged(ValidatedOperation each, Address address)
    {
        Entity entity =
            address == each.Operation.Paymaster ? new Entity(EntityKind.Paymaster, address)
            : address == each.Operation.Factory ? new Entity(EntityKind.Factory, address)
            : new Entity(EntityKind.Account, each.Operation.Sender);
        return new Rejection.RuleViolated(
            new RuleViolation(Erc7562Rule.Cod010, entity, $"{entity.Title} uses code that has changed since the first validation: {address}")
            {
                Address = address,
            });
    }

    // Deposits may have moved without a difference to the one operation; the budget of a bundle counts with what is there (EREP-010).
    private Outcome<ValidationResult> StillValid(ValidatedOperation each, IReadOnlyDictionary<Address, StakeInfo> stakes, ChainHead head)
    {
        ValidationResult before = each.Validation;
        if (_validity.Closed(new ValidityWindows(before.Window, before.BlockWindow), head) is { } closed)
        {
            return new Rejection.OutOfTimeRange(
                closed.ValidAfter, closed.ValidUntil == ValidityWindow.NoEnd ? 0 : closed.ValidUntil, before.EndsByPaymaster ? each.Operation.Paymaster : null);
        }

        return before with { BlockHash = head.Hash, Stakes = stakes };
    }
}
