using System.Text.Json.Nodes;
using Bundler.Ethereum.Access;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Bundler.Tests.Ethereum.JsonRpc;

namespace Bundler.Tests.Ethereum.Client;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HeadSourceTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly HeadSourceOptions Quick = new() { PollInterval = TimeSpan.FromMilliseconds(5), SilenceLimit = TimeSpan.FromMinutes(1) };

    private readonly FakeNode _node = new();
    private CancellationTokenSource _timeout = null!;
    private int _subscribed;
    private int _lastCount = -1;

    [SetUp]
    public void SetUp() => _timeout = new CancellationTokenSource(Deadline);

    [TearDown]
    public void TearDown() => _timeout.Dispose();

    [Test]
    public async Task Polls_and_gives_no_head_twice()
    {
        _node.AnswersInTurn("eth_getBlockByNumber", Samples.Block(1), Samples.Block(1), Samples.Block(2), Samples.Block(1), Samples.Block(3));

        Assert.That(await NumbersAsync(Source(null), 3), Is.EqualTo(new ulong[] { 1, 2, 3 }));
    }

    [Test]
    public void A_node_that_does_not_answer_ends_the_sequence()
    {
        _node.Fails("eth_getBlockByNumber");

        Assert.That(() => NumbersAsync(Source(null), 1), Throws.TypeOf<TransportException>());
    }

    [Test]
    public async Task Starts_with_the_present_head_and_goes_on_with_announced_ones()
    {
        _node.Answers("eth_getBlockByNumber", Samples.Block(1));
        await using LocalNode local = await LocalNode.StartAsync(onMessage: async (socket, request) =>
        {
            await socket.AnswerAsync(request, "0xaa");
            await socket.AnnounceAsync("0xaa", Samples.Header(1));
            await socket.AnnounceAsync("0xaa", Samples.Header(2));
        });
        await using WebSocketTransport socket = WebSocketTransportTests.To(local);

        Assert.That(await NumbersAsync(Source(socket), 2), Is.EqualTo(new ulong[] { 1, 2 }));
    }

    [Test]
    public async Task Does_not_poll_while_heads_are_announced()
    {
        _node.Answers("eth_getBlockByNumber", Samples.Block(1));
        await using LocalNode local = await LocalNode.StartAsync(onMessage: SubscribeAsync);
        await using WebSocketTransport socket = WebSocketTransportTests.To(local);
        await using IAsyncEnumerator<BlockHeader> heads = Source(socket).ReadAsync(_timeout.Token).GetAsyncEnumerator();
        Assert.That(await heads.MoveNextAsync(), Is.True);
        Task<bool> next = heads.MoveNextAsync().AsTask();
        await Eventually.Async(() => _subscribed == 1 && IsQuiet(), Deadline, "polling stopped");

        await local.Sockets.Single().AnnounceAsync("0xaa", Samples.Header(5));

        Assert.That(await next, Is.True);
        Assert.That(heads.Current.Number, Is.EqualTo(5ul));
    }

    [Test]
    public async Task Polls_while_the_socket_is_down_and_listens_again_when_it_is_up()
    {
        ulong polled = 1;
        _node.On("eth_getBlockByNumber", _ => Samples.Block(polled));
        await using LocalNode local = await LocalNode.StartAsync(onMessage: SubscribeAsync);
        await using WebSocketTransport socket = WebSocketTransportTests.To(local);
        await using IAsyncEnumerator<BlockHeader> heads = Source(socket).ReadAsync(_timeout.Token).GetAsyncEnumerator();
        await heads.MoveNextAsync();
        Task<bool> next = heads.MoveNextAsync().AsTask();
        await Eventually.Async(() => _subscribed == 1 && IsQuiet(), Deadline, "polling stopped");

        local.AcceptsSockets = false;
        polled = 2;
        local.CutSockets();
        await next;
        Assert.That(heads.Current.Number, Is.EqualTo(2ul), "polled");

        local.AcceptsSockets = true;
        next = heads.MoveNextAsync().AsTask();
        await Eventually.Async(() => _subscribed == 2, Deadline, "it subscribed again");
        await local.Sockets.Single().AnnounceAsync("0xaa", Samples.Header(3));
        await next;
        Assert.That(heads.Current.Number, Is.EqualTo(3ul), "announced");
    }

    [Test]
    public async Task Asks_when_announcements_stay_away_for_too_long()
    {
        ulong polled = 1;
        _node.On("eth_getBlockByNumber", _ => Samples.Block(polled++));
        await using LocalNode local = await LocalNode.StartAsync(onMessage: SubscribeAsync);
        await using WebSocketTransport socket = WebSocketTransportTests.To(local);

        ulong[] numbers = await NumbersAsync(Source(socket, Quick with { SilenceLimit = TimeSpan.FromMilliseconds(50) }), 20);

        Assert.That(numbers, Is.EqualTo(Enumerable.Range(1, 20).Select(number => (ulong)number)));
    }

    [Test]
    public async Task Polls_a_node_that_announces_no_heads()
    {
        _node.AnswersInTurn("eth_getBlockByNumber", Samples.Block(1), Samples.Block(2), Samples.Block(3));
        await using LocalNode local = await LocalNode.StartAsync(onMessage: (socket, request) => socket.SendAsync(
            new JsonObject { ["id"] = request["id"]!.DeepClone(), ["error"] = new JsonObject { ["code"] = -32601, ["message"] = "no such method" } }));
        await using WebSocketTransport socket = WebSocketTransportTests.To(local);
        HeadSource source = Source(socket, Quick with { PollInterval = TimeSpan.FromMilliseconds(50) });

        Assert.That(await NumbersAsync(source, 3), Is.EqualTo(new ulong[] { 1, 2, 3 }));
    }

    [Test]
    public async Task A_slow_reader_gets_the_newest_head_only()
    {
        _node.Answers("eth_getBlockByNumber", Samples.Block(1));
        await using LocalNode local = await LocalNode.StartAsync(onMessage: SubscribeAsync);
        await using WebSocketTransport socket = WebSocketTransportTests.To(local);
        await using IAsyncEnumerator<BlockHeader> heads = Source(socket).ReadAsync(_timeout.Token).GetAsyncEnumerator();
        await heads.MoveNextAsync();
        await Eventually.Async(() => _subscribed == 1, Deadline, "it subscribed");
        foreach (ulong number in (ulong[])[2, 3, 4])
        {
            await local.Sockets.Single().AnnounceAsync("0xaa", Samples.Header(number));
        }

        await socket.SendAsync(JsonRpcRequest.Create("after"), _timeout.Token);
        await heads.MoveNextAsync();

        Assert.That(heads.Current.Number, Is.EqualTo(4ul));
    }

    [Test]
    public async Task Another_url_announces_when_one_falls_silent()
    {
        _node.Answers("eth_getBlockByNumber", Samples.Block(1));
        await using LocalNode first = await LocalNode.StartAsync(onMessage: SubscribeAsync);
        await using LocalNode second = await LocalNode.StartAsync(onMessage: SubscribeAsync);
        await using WebSocketTransport one = WebSocketTransportTests.To(first);
        await using WebSocketTransport two = WebSocketTransportTests.To(second);
        await using IAsyncEnumerator<BlockHeader> heads = SourceOf([Endpoint("one", one), Endpoint("two", two)]).ReadAsync(_timeout.Token).GetAsyncEnumerator();
        await heads.MoveNextAsync();
        Task<bool> next = heads.MoveNextAsync().AsTask();
        await Eventually.Async(() => _subscribed == 2, Deadline, "both are subscribed to");
        await first.Sockets.Single().AnnounceAsync("0xaa", Samples.Header(2));
        await next;
        Assert.That(heads.Current.Number, Is.EqualTo(2ul));

        next = heads.MoveNextAsync().AsTask();
        await second.Sockets.Single().AnnounceAsync("0xaa", Samples.Header(3));
        await second.Sockets.Single().AnnounceAsync("0xaa", Samples.Header(4));
        await next;

        Assert.That(heads.Current.Number, Is.EqualTo(4ul));
    }

    [Test]
    public async Task A_socket_that_missed_a_block_is_not_waited_for_again()
    {
        ulong polled = 1;
        ManualTimeProvider clock = new();
        _node.On("eth_getBlockByNumber", _ => Samples.Block(polled));
        await using LocalNode local = await LocalNode.StartAsync(onMessage: SubscribeAsync);
        await using WebSocketTransport socket = WebSocketTransportTests.To(local);
        await using IAsyncEnumerator<BlockHeader> heads = SourceOf([Endpoint("one", socket)], clock: clock).ReadAsync(_timeout.Token).GetAsyncEnumerator();
        await heads.MoveNextAsync();
        Task<bool> next = heads.MoveNextAsync().AsTask();
        await Eventually.Async(() => _subscribed == 1, Deadline, "it subscribed");
        await local.Sockets.Single().AnnounceAsync("0xaa", Samples.Header(2));
        await next;
        Assert.That(heads.Current.Number, Is.EqualTo(2ul), "announced");

        polled = 3;
        next = heads.MoveNextAsync().AsTask();
        clock.Advance(Quick.SilenceLimit);
        await PassAsync(clock, () => next.IsCompleted, "it is asked for after the silence");
        Assert.That(heads.Current.Number, Is.EqualTo(3ul));

        next = heads.MoveNextAsync().AsTask();
        int asked = _node.CountOf("eth_getBlockByNumber");
        await PassAsync(clock, () => _node.CountOf("eth_getBlockByNumber") > asked + 2, "it is polled at the poll interval");
        polled = 4;
        await PassAsync(clock, () => next.IsCompleted, "the next block is polled");
        Assert.That(heads.Current.Number, Is.EqualTo(4ul));
    }

    [Test]
    public async Task Recent_hashes_are_forgotten_in_their_order()
    {
        RecentHashes recent = new(capacity: 2);

        Assert.That(recent.Add(Hash32.From(1)), Is.True);
        Assert.That(recent.Add(Hash32.From(2)), Is.True);
        Assert.That(recent.Add(Hash32.From(1)), Is.False);
        Assert.That(recent.Add(Hash32.From(3)), Is.True);
        Assert.That(recent.Add(Hash32.From(1)), Is.True);
    }

    private HeadSource Source(WebSocketTransport? socket, HeadSourceOptions? options = null) =>
        SourceOf([Endpoint("one", socket)], options);

    private HeadSource SourceOf(IReadOnlyList<Endpoint> endpoints, HeadSourceOptions? options = null, TimeProvider? clock = null) =>
        new(new EthClient(_node), new EndpointPool(endpoints, new ChainAccessOptions(), TimeProvider.System), options ?? Quick, clock ?? TimeProvider.System);

    /// <summary>Poll interval by poll interval, far fewer than make up the silence limit.</summary>
    private static Task PassAsync(ManualTimeProvider clock, Func<bool> condition, string what)
    {
        int left = (int)(Quick.SilenceLimit / Quick.PollInterval) / 2;
        return Eventually.Async(
            () =>
            {
                clock.Advance(left-- > 0 ? Quick.PollInterval : TimeSpan.Zero);
                return condition();
            },
            Deadline / 2,
            what);
    }

    private Endpoint Endpoint(string name, WebSocketTransport? socket)
    {
        Endpoint endpoint = new(name, name, EndpointPurposes.All, _node, socket, new RequestBudget(0, TimeProvider.System), TimeProvider.System);
        endpoint.Health.Proved(56, 0);
        return endpoint;
    }

    private async Task<ulong[]> NumbersAsync(HeadSource source, int count) =>
        await source.ReadAsync(_timeout.Token).Take(count).Select(head => head.Number).ToArrayAsync(_timeout.Token);

    private async Task SubscribeAsync(LocalSocket socket, JsonNode request)
    {
        await socket.AnswerAsync(request, "0xaa");
        if ((string?)request["method"] == "eth_subscribe")
        {
            Interlocked.Increment(ref _subscribed);
        }
    }

    // Nothing was asked since the last look, one interval of Eventually ago, which is several poll intervals.
    private bool IsQuiet()
    {
        int count = _node.CountOf("eth_getBlockByNumber");
        bool quiet = count == _lastCount;
        _lastCount = count;
        return quiet;
    }
}
