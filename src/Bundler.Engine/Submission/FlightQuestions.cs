using Bundler.Ethereum.Client;

namespace Bundler.Engine.Submission;

/// <summary>What one flight asks of the node in the common round trip.</summary>
internal sealed record FlightQuestions(
    Flight Flight, Pending<ulong>? Latest, Pending<ulong>? Pending, IReadOnlyList<Pending<TransactionReceipt?>> Receipts);
