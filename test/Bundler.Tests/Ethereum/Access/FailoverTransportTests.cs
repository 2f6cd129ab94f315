using System.Text.Json.Nodes;
using Bundler.Ethereum.Access;
using Bundler.Ethereum.JsonRpc;
using Bundler.Testing;

namespace Bundler.Tests.Ethereum.Access;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FailoverTransportTests
{
    private static readonly ChainAccessOptions Options = new() { ChainId = 56, Retry = new RetryOptions { MaxAttempts = 1 } };
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly ManualTimeProvider _clock = new();
    private readonly FakeNode _one = AccessRig.Node("one");
    private readonly FakeNode _two = AccessRig.Node("two");
    private readonly FakeNode _three = AccessRig.Node("three");
    private AccessRig _rig = null!;

    [SetUp]
    public void SetUp() => _rig = new AccessRig(Options, _clock, ("one", _one), ("two", _two), ("three", _three));

    [Test]
    public async Task Keeps_to_one_that_is_fit()
    {
        await _rig.Probe.AllAsync(default);

        Assert.That(await Ask(5), Is.EqualTo(Enumerable.Repeat("one", 5)));
    }

    [TestCase(TransportFault.Timeout)]
    [TestCase(TransportFault.Unreachable)]
    [TestCase(TransportFault.HttpStatus)]
    [TestCase(TransportFault.Malformed)]
    public async Task The_next_answers_when_one_does_not_and_is_asked_from_then_on(TransportFault fault)
    {
        await _rig.Probe.AllAsync(default);
        _one.Fails("eth_call", fault);

        Assert.That(await Ask(3), Is.EqualTo(new[] { "two", "two", "two" }));
        Assert.That(_one.CountOf("eth_call"), Is.EqualTo(1));
        Assert.That(_rig["one"].Health.Verdict, Is.EqualTo(new EndpointVerdict(EndpointState.Failing, "eth_call got no answer")));
    }

    [Test]
    public async Task One_that_stalls_is_asked_once_and_another_after_a_second()
    {
        await _rig.Probe.AllAsync(default);
        _one.On("eth_call", Stalls);

        Task<string[]> asked = Ask(1);
        await Eventually.Async(() => _one.CountOf("eth_call") == 1 && _clock.Waits.Count > 0, Deadline, "it waits");
        _clock.Advance(Options.HedgeAfter);

        Assert.That(await asked, Is.EqualTo(new[] { "two" }));
        Assert.That(_rig["one"].Health.Verdict.Reason, Is.EqualTo("did not answer within 1 s"));
        Assert.That(await Ask(1), Is.EqualTo(new[] { "two" }));
    }

    [Test]
    public async Task One_that_failed_returns_by_a_probe_after_its_pause()
    {
        await _rig.Probe.AllAsync(default);
        _one.Fails("eth_call");
        await Ask(1);
        _one.Answers("eth_call", "one");

        await _rig.Probe.AllAsync(default);
        Assert.That(_rig["one"].Health.Verdict.State, Is.EqualTo(EndpointState.Failing), "too early to be probed");

        _clock.Advance(TimeSpan.FromSeconds(1));
        await _rig.Probe.AllAsync(default);
        Assert.That(_rig["one"].Health.Verdict.State, Is.EqualTo(EndpointState.Fit));
    }

    [Test]
    public async Task One_on_another_chain_is_never_asked()
    {
        FakeNode stranger = AccessRig.Node("stranger", chainId: 1);
        AccessRig rig = new(Options, _clock, ("stranger", stranger), ("two", _two));

        Assert.That((await rig.Transport.SendAsync(JsonRpcRequest.Create("eth_call"), default)).GetString(), Is.EqualTo("two"));
        Assert.That(stranger.CountOf("eth_call"), Is.Zero);
        Assert.That(rig["stranger"].Health.Verdict, Is.EqualTo(new EndpointVerdict(EndpointState.WrongChain, "is on chain 1 instead of 56")));

        _two.Fails("eth_call");
        Assert.That(() => rig.Transport.SendAsync(JsonRpcRequest.Create("eth_call"), default), Throws.TypeOf<TransportException>());
        Assert.That(stranger.CountOf("eth_call"), Is.Zero, "not as a last resort either");
    }

    [Test]
    public async Task Nobody_answers_from_before_the_newest_head()
    {
        await _rig.Probe.AllAsync(default);
        _two.Answers("eth_blockNumber", "0x65");
        _rig.Pool.Told(101);

        Assert.That(await Ask(1), Is.EqualTo(new[] { "two" }));
        Assert.That(_rig["one"].Health.Verdict.IsFit, "behind by a block is no fault");
    }

    [Test]
    public async Task One_that_is_known_to_have_the_newest_head_is_asked_plainly()
    {
        await _rig.Probe.AllAsync(default);
        _rig.Pool.Told(100);

        await Ask(1);

        Assert.That(_one.Requests[^1].Method, Is.EqualTo("eth_call"));
        Assert.That(_one.BatchSizes, Has.Count.EqualTo(1), "the probe");
    }

    [Test]
    public async Task A_head_from_the_past_is_no_answer()
    {
        await _rig.Probe.AllAsync(default);
        _rig.Pool.Told(100);
        _one.Answers("eth_getBlockByNumber", Block(90));
        _two.Answers("eth_getBlockByNumber", Block(101));

        JsonNode head = JsonNode.Parse((await _rig.Transport.SendAsync(Latest, default)).GetRawText())!;

        Assert.That((string?)head["number"], Is.EqualTo("0x65"));
    }

    [Test]
    public async Task One_far_behind_two_others_is_out()
    {
        _one.Answers("eth_blockNumber", "0x50");

        await _rig.Probe.AllAsync(default);

        Assert.That(_rig["one"].Health.Verdict, Is.EqualTo(new EndpointVerdict(EndpointState.Lagging, "is 20 blocks behind: 80 of 100")));
        Assert.That(await Ask(1), Is.EqualTo(new[] { "two" }));
    }

    [Test]
    public async Task One_that_claims_blocks_nobody_else_has_does_not_put_the_others_out()
    {
        _one.Answers("eth_blockNumber", "0xffffff");

        await _rig.Probe.AllAsync(default);

        Assert.That(_rig["two"].Health.Verdict.IsFit);
        Assert.That(_rig["three"].Health.Verdict.IsFit);
    }

    [Test]
    public async Task A_chain_that_lost_blocks_is_believed_in_time()
    {
        await _rig.Probe.AllAsync(default);
        _rig.Pool.Told(110);
        Assert.That(() => Ask(1), Throws.TypeOf<TransportException>().With.Property("Fault").EqualTo(TransportFault.Behind));

        await _rig.Probe.AllAsync(default);
        _clock.Advance(Options.LostHeadAfter);
        await _rig.Probe.AllAsync(default);

        Assert.That(await Ask(1), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Traces_and_transactions_go_where_they_belong()
    {
        FakeNode traces = AccessRig.Node("traces").Answers("debug_traceCall", "traced");
        FakeNode sends = AccessRig.Node("sends").Answers("eth_sendRawTransaction", "sent");
        AccessRig rig = new(
            Options,
            _clock,
            [Endpoint("reads", _one, EndpointPurposes.Reads), Endpoint("traces", traces, EndpointPurposes.Traces), Endpoint("sends", sends, EndpointPurposes.Sends)]);

        Assert.That((await rig.Transport.SendAsync(JsonRpcRequest.Create("eth_call"), default)).GetString(), Is.EqualTo("one"));
        Assert.That((await rig.Transport.SendAsync(JsonRpcRequest.Create("debug_traceCall"), default)).GetString(), Is.EqualTo("traced"));
        Assert.That((await rig.Transport.SendAsync(JsonRpcRequest.Create("eth_sendRawTransaction"), default)).GetString(), Is.EqualTo("sent"));
    }

    [TestCase(-32601, "the method debug_traceCall does not exist")]
    [TestCase(-32000, "header not found")]
    [TestCase(-32000, "tracer not found")]
    public async Task What_one_does_not_serve_another_may(int code, string message)
    {
        await _rig.Probe.AllAsync(default);
        _one.Refuses("eth_call", code, message);

        Assert.That(await Ask(1), Is.EqualTo(new[] { "two" }));
        Assert.That(_rig["one"].Health.Verdict.IsFit);
    }

    [Test]
    public async Task A_refusal_of_the_request_is_the_answer()
    {
        await _rig.Probe.AllAsync(default);
        _one.Refuses("eth_call", 3, "execution reverted");

        Assert.That(() => Ask(1), Throws.TypeOf<JsonRpcException>());
        Assert.That(_two.CountOf("eth_call"), Is.Zero);
    }

    [Test]
    public async Task One_that_wants_rest_gets_it_for_as_long_as_it_says()
    {
        await _rig.Probe.AllAsync(default);
        _one.On("eth_call", JsonNode? (_) => throw new TransportException(TransportFault.HttpStatus, "429") { StatusCode = 429, RetryAfter = TimeSpan.FromSeconds(7) });

        Assert.That(await Ask(1), Is.EqualTo(new[] { "two" }));
        Assert.That(_rig["one"].Health.Verdict.State, Is.EqualTo(EndpointState.RateLimited));

        _clock.Advance(TimeSpan.FromSeconds(6.9));
        Assert.That(_rig["one"].Health.MayBeProbed, Is.False);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.That(_rig["one"].Health.Verdict.IsFit);
    }

    [Test]
    public async Task An_empty_budget_sends_requests_elsewhere()
    {
        AccessRig rig = new(Options, _clock, [Endpoint("one", _one, EndpointPurposes.All, perSecond: 4), Endpoint("two", _two, EndpointPurposes.All)]);
        await rig.Probe.AllAsync(default);
        List<string?> answers = [];
        for (int i = 0; i < 4; i++)
        {
            // Without another to go to, it would wait for the budget, whose clock stands still.
            answers.Add((await rig.Transport.SendAsync(JsonRpcRequest.Create("eth_call"), default).WaitAsync(Deadline)).GetString());
        }

        Assert.That(answers, Is.EqualTo(new[] { "one", "one", "two", "two" }), "the probe took two of four");
    }

    [Test]
    public async Task A_transaction_that_nobody_answered_is_handed_to_each_again()
    {
        _one.Fails("eth_sendRawTransaction");
        _two.Fails("eth_sendRawTransaction");
        _three.Fails("eth_sendRawTransaction");
        AccessRig rig = new(Options with { Retry = new RetryOptions { MaxAttempts = 3, FirstDelay = TimeSpan.Zero } }, TimeProvider.System, ("one", _one), ("two", _two), ("three", _three));
        await rig.Probe.AllAsync(default);

        Assert.That(() => rig.Transport.SendAsync(JsonRpcRequest.Create("eth_sendRawTransaction"), default), Throws.TypeOf<TransportException>());

        Assert.That(new[] { _one, _two, _three }.Select(node => node.CountOf("eth_sendRawTransaction")), Is.EqualTo(new[] { 3, 3, 3 }));
    }

    [Test]
    public async Task A_transaction_goes_to_all_and_the_first_who_takes_it_counts()
    {
        await _rig.Probe.AllAsync(default);
        _one.Refuses("eth_sendRawTransaction", -32000, "transaction underpriced");
        _two.Answers("eth_sendRawTransaction", "0x01");
        _three.Fails("eth_sendRawTransaction");

        Assert.That((await _rig.Transport.SendAsync(JsonRpcRequest.Create("eth_sendRawTransaction"), default)).GetString(), Is.EqualTo("0x01"));
        Assert.That(new[] { _one, _two, _three }.Select(node => node.CountOf("eth_sendRawTransaction")), Is.EqualTo(new[] { 1, 1, 1 }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_refusal_counts_only_when_it_is_everybodys(bool isEverybodys)
    {
        await _rig.Probe.AllAsync(default);
        _one.Refuses("eth_sendRawTransaction", -32000, "nonce too low");
        _two.Refuses("eth_sendRawTransaction", -32601, "the method does not exist");
        _three.Fails("eth_sendRawTransaction");
        if (isEverybodys)
        {
            _three.Refuses("eth_sendRawTransaction", -32000, "nonce too low");
        }

        Assert.That(
            () => _rig.Transport.SendAsync(JsonRpcRequest.Create("eth_sendRawTransaction"), default),
            isEverybodys ? Throws.TypeOf<JsonRpcException>().With.Message.Contains("nonce too low") : Throws.TypeOf<TransportException>());
    }

    [Test]
    public async Task Already_known_to_one_is_enough()
    {
        await _rig.Probe.AllAsync(default);
        _one.Refuses("eth_sendRawTransaction", -32000, "transaction underpriced");
        _two.Refuses("eth_sendRawTransaction", -32000, "already known");
        _three.Fails("eth_sendRawTransaction");

        Assert.That(
            () => _rig.Transport.SendAsync(JsonRpcRequest.Create("eth_sendRawTransaction"), default), Throws.TypeOf<JsonRpcException>().With.Message.Contains("already known"));
    }

    [Test]
    public async Task One_that_stalls_does_not_hold_up_a_transaction()
    {
        await _rig.Probe.AllAsync(default);
        _one.On("eth_sendRawTransaction", Stalls);
        _two.Refuses("eth_sendRawTransaction", -32000, "transaction underpriced");
        _three.Refuses("eth_sendRawTransaction", -32000, "transaction underpriced");

        Task<System.Text.Json.JsonElement> sent = _rig.Transport.SendAsync(JsonRpcRequest.Create("eth_sendRawTransaction"), default);
        await Eventually.Async(() => _clock.Waits.Count > 0, Deadline, "it waits for the last one");
        _clock.Advance(Options.HedgeAfter);

        Assert.That(() => sent, Throws.TypeOf<TransportException>());
        Assert.That(_rig["one"].Health.Verdict.State, Is.EqualTo(EndpointState.Failing));
    }

    private static JsonRpcRequest Latest => JsonRpcRequest.Create("eth_getBlockByNumber", writer =>
    {
        writer.WriteStringValue("latest");
        writer.WriteBooleanValue(false);
    });

    private static JsonObject Block(ulong number) => new() { ["number"] = $"0x{number:x}" };

    private static async Task<JsonNode?> Stalls(System.Text.Json.JsonElement parameters, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return null;
    }

    private Endpoint Endpoint(string name, FakeNode node, EndpointPurposes purposes, double perSecond = 0) =>
        new(name, $"{name}.example", purposes, node, null, new RequestBudget(perSecond, _clock), _clock);

    private async Task<string[]> Ask(int times)
    {
        string[] answers = new string[times];
        for (int i = 0; i < times; i++)
        {
            answers[i] = (await _rig.Transport.SendAsync(JsonRpcRequest.Create("eth_call"), default)).GetString()!;
        }

        return answers;
    }
}
