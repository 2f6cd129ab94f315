using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>Reads the <see cref="ValidationFacts"/> of one operation or many at once.</summary>
public sealed class FactReader(StateReader state)
{
    /// <exception cref="Ethereum.JsonRpc.TransportException">The node gave no answer.</exception>
    public async Task<ValidationFacts> ReadAsync(EntryPoint entryPoint, UserOperation operation, CancellationToken cancellationToken) =>
        (await ReadAsync([(entryPoint, operation)], cancellationToken))[0];

    /// <returns>The facts in the order of the operations.</returns>
    /// <exception cref="Ethereum.JsonRpc.TransportException">The node gave no answer.</exception>
    public async Task<IReadOnlyList<ValidationFacts>> ReadAsync(
        IReadOnlyList<(EntryPoint EntryPoint, UserOperation Operation)> operations, CancellationToken cancellationToken)
    {
        StateQuestions questions = new();
        foreach ((EntryPoint entryPoint, UserOperation operation) in operations)
        {
            Ask(questions, entryPoint, operation);
        }

        StateAnswers answers = await state.ReadAsync(questions, cancellationToken);
        return [.. operations.Select(each => Read(answers, each.EntryPoint, each.Operation))];
    }

    /// <summary>The questions about one operation, for a read that asks more than that.</summary>
    internal static void Ask(StateQuestions questions, EntryPoint entryPoint, UserOperation operation)
    {
        foreach (Address entity in Entities(operation))
        {
            questions.Account(entity);
            questions.DepositInfo(entryPoint.Address, entity);
        }

        questions.Nonce(entryPoint.Address, operation.Sender, UserOperationNonce.Of(operation.Nonce).Key);
        if (operation.Eip7702Auth is not null)
        {
            questions.TransactionCount(operation.Sender);
        }
    }

    /// <summary>The answers about one operation.</summary>
    internal static ValidationFacts Read(StateAnswers answers, EntryPoint entryPoint, UserOperation operation) => new()
    {
        Sender = answers.Account(operation.Sender),
        Factory = Factory(operation) is { } factory ? answers.Account(factory) : null,
        Paymaster = operation.Paymaster is { } paymaster ? answers.Account(paymaster) : null,
        NonceSequence = answers.Nonce(entryPoint.Address, operation.Sender, UserOperationNonce.Of(operation.Nonce).Key).Sequence,
        SenderTransactionCount = operation.Eip7702Auth is null ? null : answers.TransactionCount(operation.Sender),
        Stakes = Entities(operation).ToDictionary(entity => entity, entity => answers.DepositInfo(entryPoint.Address, entity)),
    };

    private static Address? Factory(UserOperation operation) => operation.Factory == Eip7702Marker.Address ? null : operation.Factory;

    private static IEnumerable<Address> Entities(UserOperation operation) =>
        new[] { operation.Sender, Factory(operation), operation.Paymaster }.OfType<Address>().Distinct();
}
