using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Ethereum.Access;
using Bundler.Ethereum.JsonRpc;
using Bundler.Testing;

namespace Bundler.Tests.Ethereum.Access;

/// <summary>With one URL a call is repeated, and nothing else is added to it.</summary>
public sealed class SingleEndpointTests
{
    private static readonly RetryOptions Quick = new() { MaxAttempts = 3, FirstDelay = TimeSpan.FromMilliseconds(1) };

    [Test]
    public async Task Sends_a_call_again_until_it_is_answered()
    {
        FakeNode node = Failing("eth_call", times: 2);

        JsonElement result = await Over(node).SendAsync(JsonRpcRequest.Create("eth_call"), default);

        Assert.That(result.GetString(), Is.EqualTo("0x"));
        Assert.That(node.CountOf("eth_call"), Is.EqualTo(3));
    }

    [Test]
    public void Gives_up_after_the_attempts_allowed()
    {
        FakeNode node = new FakeNode().Fails("eth_call");

        Assert.That(() => Over(node).SendAsync(JsonRpcRequest.Create("eth_call"), default), Throws.TypeOf<TransportException>());
        Assert.That(node.CountOf("eth_call"), Is.EqualTo(3));
    }

    [TestCase("eth_sendRawTransaction")]
    [TestCase("eth_sendRawTransactionSync")]
    [TestCase("eth_sendRawTransactionConditional")]
    public async Task A_signed_transaction_that_nobody_answered_is_sent_again(string method)
    {
        FakeNode node = Failing(method, times: 2);

        await Over(node).SendAsync(JsonRpcRequest.Create(method), default);

        Assert.That(node.CountOf(method), Is.EqualTo(3));
    }

    [Test]
    public void Who_keeps_silent_over_a_transaction_is_not_waited_for_twice()
    {
        FakeNode node = new FakeNode().Fails("eth_sendRawTransaction", TransportFault.Timeout);

        Assert.That(() => Over(node).SendAsync(JsonRpcRequest.Create("eth_sendRawTransaction"), default), Throws.TypeOf<TransportException>());
        Assert.That(node.CountOf("eth_sendRawTransaction"), Is.EqualTo(1));
    }

    [TestCase("nonce too low")]
    [TestCase("replacement transaction underpriced")]
    public void What_a_transaction_is_refused_for_after_a_lost_answer_may_be_that_it_had_arrived(string refusal)
    {
        int calls = 0;
        FakeNode node = new FakeNode().On("eth_sendRawTransaction", JsonNode? (_) => throw (calls++ == 0
            ? new TransportException(TransportFault.Unreachable, "the answer was lost")
            : new JsonRpcException(new JsonRpcError(-32000, refusal))));

        Assert.That(
            () => Over(node).SendAsync(JsonRpcRequest.Create("eth_sendRawTransaction"), default),
            Throws.TypeOf<TransportException>().With.Message.EqualTo("the answer was lost"));
        Assert.That(calls, Is.EqualTo(2));
    }

    [Test]
    public void Already_known_after_a_lost_answer_is_told()
    {
        int calls = 0;
        FakeNode node = new FakeNode().On("eth_sendRawTransaction", JsonNode? (_) => throw (calls++ == 0
            ? new TransportException(TransportFault.Unreachable, "the answer was lost")
            : new JsonRpcException(new JsonRpcError(-32000, "already known"))));

        Assert.That(() => Over(node).SendAsync(JsonRpcRequest.Create("eth_sendRawTransaction"), default), Throws.TypeOf<JsonRpcException>());
    }

    [TestCase("eth_sendTransaction")]
    [TestCase("eth_sendBundle")]
    [TestCase("mev_sendBundle")]
    [TestCase("eth_sendPrivateTransaction")]
    [TestCase("eth_subscribe")]
    public void Never_repeats_what_may_have_been_done(string method)
    {
        FakeNode node = Failing(method, times: 1);

        Assert.That(() => Over(node).SendAsync(JsonRpcRequest.Create(method), default), Throws.TypeOf<TransportException>());
        Assert.That(node.CountOf(method), Is.EqualTo(1));
    }

    [Test]
    public void Never_repeats_a_batch_with_such_a_request_in_it()
    {
        FakeNode node = Failing("eth_sendTransaction", times: 1).Answers("eth_call", "0x");

        Assert.That(
            () => Over(node).SendBatchAsync([JsonRpcRequest.Create("eth_call"), JsonRpcRequest.Create("eth_sendTransaction")], default),
            Throws.TypeOf<TransportException>());
        Assert.That(node.BatchSizes, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Repeats_a_batch_of_calls()
    {
        FakeNode node = Answering("0x", lost: 1);

        IReadOnlyList<JsonRpcResponse> responses = await Over(node).SendBatchAsync([JsonRpcRequest.Create("eth_call"), JsonRpcRequest.Create("eth_gasPrice")], default);

        Assert.That(responses, Has.Count.EqualTo(2));
        Assert.That(node.BatchSizes, Is.EqualTo(new[] { 2, 2 }));
    }

    [TestCase(-32005, "limit exceeded")]
    [TestCase(-32016, "over rate limit")]
    [TestCase(-32012, "out of credits")]
    [TestCase(429, "slow down")]
    [TestCase(-32000, "Too Many Requests")]
    public async Task An_error_that_means_too_many_is_waited_out(int code, string message)
    {
        int calls = 0;
        FakeNode node = new FakeNode().On("eth_call", JsonNode? (_) => calls++ < 5 ? throw new JsonRpcException(new JsonRpcError(code, message)) : "0x");

        JsonElement result = await Over(node).SendAsync(JsonRpcRequest.Create("eth_call"), default);

        Assert.That((result.GetString(), node.CountOf("eth_call")), Is.EqualTo(("0x", 6)));
    }

    [Test]
    public async Task An_answer_that_says_nothing_is_asked_for_as_often_as_one_that_says_too_many()
    {
        int calls = 0;
        FakeNode node = new FakeNode().On(
            "eth_call", JsonNode? (_) => calls++ < 5 ? throw new TransportException(TransportFault.Malformed, "nothing") { IsHollow = true } : "0x");

        Assert.That((await Over(node).SendAsync(JsonRpcRequest.Create("eth_call"), default)).GetString(), Is.EqualTo("0x"));
    }

    [Test]
    public void Too_many_results_are_a_matter_of_the_request()
    {
        FakeNode node = new FakeNode().Refuses("eth_getLogs", -32005, "query returned more than 10000 results");

        Assert.That(() => Over(node).SendAsync(JsonRpcRequest.Create("eth_getLogs"), default), Throws.TypeOf<JsonRpcException>());
        Assert.That(node.CountOf("eth_getLogs"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_transaction_that_was_not_looked_at_is_sent_again()
    {
        int calls = 0;
        FakeNode node = new FakeNode().On(
            "eth_sendRawTransaction", JsonNode? (_) => calls++ < 1 ? throw new TransportException(TransportFault.HttpStatus, "429") { StatusCode = 429 } : "0x");

        await Over(node).SendAsync(JsonRpcRequest.Create("eth_sendRawTransaction"), default);

        Assert.That(node.CountOf("eth_sendRawTransaction"), Is.EqualTo(2));
    }

    [Test]
    public void An_error_of_the_node_is_an_answer()
    {
        FakeNode node = new FakeNode().Refuses("eth_call", -32000, "header not found");

        Assert.That(() => Over(node).SendAsync(JsonRpcRequest.Create("eth_call"), default), Throws.TypeOf<JsonRpcException>());
        Assert.That(node.CountOf("eth_call"), Is.EqualTo(1));
    }

    [Test]
    public void A_fault_that_will_be_the_same_next_time_is_not_repeated()
    {
        FakeNode node = new FakeNode().Fails("eth_call", TransportFault.TooLarge);

        Assert.That(() => Over(node).SendAsync(JsonRpcRequest.Create("eth_call"), default), Throws.TypeOf<TransportException>());
        Assert.That(node.CountOf("eth_call"), Is.EqualTo(1));
    }

    [TestCase(1, 100)]
    [TestCase(2, 200)]
    [TestCase(3, 400)]
    [TestCase(5, 1000)]
    [TestCase(1_000_000, 1000)]
    public void Delays_double_up_to_a_ceiling(int failures, int expectedMilliseconds) =>
        Assert.That(
            Backoff.After(failures, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1)), Is.EqualTo(TimeSpan.FromMilliseconds(expectedMilliseconds)));

    [Test]
    public async Task Adds_no_question_of_its_own()
    {
        FakeNode node = new FakeNode().Answers("eth_call", "0x");
        AccessRig rig = new(new ChainAccessOptions { Retry = Quick }, TimeProvider.System, ("one", node));
        rig.Pool.Told(100);

        await rig.Transport.SendAsync(JsonRpcRequest.Create("eth_call"), default);

        Assert.That(node.Requests.Select(request => request.Method), Is.EqualTo(new[] { "eth_call" }));
        Assert.That(rig.Pool.VerdictOf(rig.Pool.All[0]).IsFit);
    }

    private static FailoverTransport Over(FakeNode node) => new AccessRig(new ChainAccessOptions { Retry = Quick }, TimeProvider.System, ("one", node)).Transport;

    private static FakeNode Answering(string answer, int lost)
    {
        int calls = 0;
        return new FakeNode().Answers("eth_gasPrice", "0x1")
            .On("eth_call", JsonNode? (_) => calls++ < lost ? throw new TransportException(TransportFault.Unreachable, "down") : answer);
    }

    private static FakeNode Failing(string method, int times)
    {
        int calls = 0;
        return new FakeNode().On(method, JsonNode? (_) => calls++ < times ? throw new TransportException(TransportFault.Unreachable, "down") : "0x");
    }
}
