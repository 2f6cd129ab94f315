using System.Net;
using System.Text.Json;
using Bundler.Testing;
using Bundler.Tests.Engine.Inclusion;

namespace Bundler.Tests.Rpc.Rest;

/// <summary>Back-filling at the operators' address.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HistoryRoutesTests
{
    private readonly FakeChain _chain = new();
    private readonly MemoryHistoryStore _history = new();
    private RpcHost _host = null!;

    [SetUp]
    public async Task BeginAsync()
    {
        _chain.Mine(A.UserOperation());
        _chain.MineEmpty(9);
        await _history.SetFirstBlockAsync(_chain.Head.Number, default);
        _host = await OperatorHost.StartAsync(new MemoryLedgerStore(), _history, chain: _chain.Node);
    }

    [TearDown]
    public async Task EndAsync() => await _host.DisposeAsync();

    [Test]
    public async Task Operations_of_before_the_start_are_brought_into_the_index()
    {
        (HttpStatusCode status, JsonElement report) = await PostAsync("fromBlock=101&toBlock=110");

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(report.ToString(), Is.EqualTo("""{"fromBlock":101,"blocks":9,"operations":1,"complete":true}"""));
        Assert.That(await _history.FirstBlockAsync(default), Is.EqualTo(101));
    }

    [TestCase("toBlock=5", "fromBlock: ")]
    [TestCase("fromBlock=5", "toBlock: ")]
    [TestCase("fromBlock=0x5&toBlock=7", "fromBlock: ")]
    [TestCase("fromBlock=5&fromBlock=6&toBlock=7", "fromBlock: ")]
    [TestCase("fromBlock=7&toBlock=5", "toBlock: ")]
    [TestCase("fromBlock=7&toBlock=9223372036854775808", "toBlock: ")]
    public async Task A_malformed_range_is_refused_with_the_reason(string query, string reason)
    {
        (HttpStatusCode status, JsonElement answer) = await PostAsync(query);

        Assert.That(status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(answer.GetProperty("error").GetString(), Does.Contain(reason));
    }

    [Test]
    public async Task A_chain_that_does_not_answer_is_no_fault_of_the_node()
    {
        _chain.Node.Fails("eth_getLogs");

        Assert.That((await PostAsync("fromBlock=101&toBlock=105")).Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }

    [Test]
    public async Task It_is_neither_read_by_accident_nor_served_to_the_public()
    {
        Uri route = new(_host.OperatorUrl!, "/history/backfill?fromBlock=101&toBlock=105");
        using HttpResponseMessage read = await _host.Client.GetAsync(route);
        using HttpResponseMessage outside = await _host.Client.PostAsync(new Uri(_host.Url, route.PathAndQuery), null);

        Assert.That(read.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
        Assert.That(outside.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(_chain.Node.CountOf("eth_getLogs"), Is.Zero);
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string query)
    {
        using HttpResponseMessage response = await _host.Client.PostAsync(new Uri(_host.OperatorUrl!, "/history/backfill?" + query), null);
        return (response.StatusCode, JsonElement.Parse(await response.Content.ReadAsByteArrayAsync()));
    }
}
