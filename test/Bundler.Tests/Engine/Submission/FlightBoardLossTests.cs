using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Submission;

/// <summary>Answers that get lost between the node and the flights: no step of anybody waits for another's.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FlightBoardLossTests : IDisposable
{
    private static readonly MempoolEntry _one = SubmissionRoom.Entry(1);
    private static readonly MempoolEntry _two = SubmissionRoom.Entry(2);

    private readonly SubmissionLives _lives = new();

    private SmallChain Chain => _lives.Chain;

    public void Dispose() => _lives.Dispose();

    [Test]
    public async Task A_lost_transaction_is_sent_again_although_no_question_is_answered()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one);
        Loses("eth_sendRawTransaction");
        await room.SubmitAsync(_one);
        Chain.Restore();
        Loses("eth_getTransactionReceipt");
        Loses("eth_getTransactionCount");
        Loses("eth_getBalance");

        await room.PassAsync(2);

        Assert.That(Chain.Pool, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task What_was_lost_is_asked_again_with_the_next_step_and_nobody_faults()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one);
        await room.SubmitAsync(_one);
        Chain.Mine();
        Loses("eth_getTransactionReceipt");
        await room.HeadAsync(2);
        Assert.That(room.Board.Count, Is.EqualTo(1));
        Chain.Restore();

        await room.PassAsync(0.5);

        Assert.That(room.ReadOutcomes()[^1], Is.InstanceOf<SubmissionOutcome.Mined>());
    }

    [Test]
    public async Task One_bundles_answer_that_cannot_be_true_leaves_the_others_theirs()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one, _two);
        await room.SubmitAsync(_one);
        await room.SubmitAsync(_two);
        Hash32 first = _lives.Store.Transactions[0].TransactionHash;
        Chain.Mine();
        Chain.Node.On("eth_getTransactionReceipt", parameters => Hash32.Parse(parameters[0].GetString()) == first
            ? throw new TransportException(TransportFault.Malformed, "tells what cannot be true")
            : Chain.ReceiptOf(parameters));

        await room.HeadAsync(2);

        Assert.That(room.ReadOutcomes().OfType<SubmissionOutcome.Mined>().Single().UserOpHashes, Is.EqualTo(new[] { _two.UserOpHash }));
    }

    [Test]
    public async Task A_receipt_that_cannot_be_read_is_no_answer_either()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one);
        await room.SubmitAsync(_one);
        Chain.Mine();
        Chain.Node.On("eth_getTransactionReceipt", _ => new JsonObject { ["blockNumber"] = "none" });
        await room.HeadAsync(2);
        Chain.Restore();

        await room.PassAsync(3);

        Assert.That(room.ReadOutcomes()[^1], Is.InstanceOf<SubmissionOutcome.Mined>());
    }

    [Test]
    public async Task A_price_that_is_not_told_keeps_no_head_from_bringing_receipts()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one);
        await room.SubmitAsync(_one);
        Chain.Mine();
        Loses("eth_gasPrice");

        await room.HeadAsync(2);

        Assert.That(room.ReadOutcomes()[^1], Is.InstanceOf<SubmissionOutcome.Mined>());
    }

    [Test]
    public async Task A_bundle_whose_operations_are_gone_is_not_cancelled_while_nobody_tells_whether_it_is_mined()
    {
        SubmissionRoom room = await _lives.BeginAsync(_one);
        await room.SubmitAsync(_one);
        Chain.Mine();
        await room.Pool.RemoveAsync([_one.UserOpHash], OperationState.Included, _ => null, null, CancellationToken.None);
        Loses("eth_getTransactionReceipt");

        await room.HeadAsync(2);

        Assert.That(_lives.Store.Transactions, Has.Count.EqualTo(1));
    }

    private void Loses(string method) => Chain.Node.Fails(method);
}
