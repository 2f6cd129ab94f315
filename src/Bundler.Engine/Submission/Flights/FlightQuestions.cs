using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission.Flights;

/// <summary>What one flight asks of the node in the common round trip.</summary>
internal sealed record FlightQuestions(
    Flight Flight, Pending<ulong>? Latest, Pending<ulong>? Pending, IReadOnlyList<(Hash32 Transaction, Pending<TransactionReceipt?> Answer)> Receipts)
{
    /// <summary>Instead of a receipt that is larger than is read.</summary>
    public TransactionReceipt? Bare { get; init; }

    /// <summary>Whose receipt is larger than is read: mined it is.</summary>
    public Hash32? Oversized => Receipts.Where(receipt => receipt.Answer.Error is { Code: JsonRpcError.Oversized }).Select(receipt => (Hash32?)receipt.Transaction).FirstOrDefault();
}
