namespace Bundler.Paymaster.Setup;

/// <summary>Something that is otherwise than wished.</summary>
/// <param name="What">Its name.</param>
/// <param name="Is">On the chain.</param>
/// <param name="Wished">In the wish.</param>
/// <param name="Transactions">What makes it as wished, in this order; none: another one does it along the way, or nothing can.</param>
/// <param name="Refusal">Why no transaction can; <c>null</c>: the transactions do.</param>
public sealed record PaymasterDifference(string What, string Is, string Wished, IReadOnlyList<PlannedTransaction> Transactions, string? Refusal = null);
