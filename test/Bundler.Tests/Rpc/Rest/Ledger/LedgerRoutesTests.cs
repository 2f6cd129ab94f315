using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Ledger;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Bundler.Tests.Storage;

namespace Bundler.Tests.Rpc.Rest.Ledger;

/// <summary>The ledger over HTTP: exact amounts, pages, filters, CSV.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LedgerRoutesTests
{
    private readonly MemoryLedgerStore _ledger = new();
    private readonly MemoryHistoryStore _history = new();
    private readonly MemoryMempoolStore _pool = new();
    private RpcHost _host = null!;

    [SetUp]
    public async Task BeginAsync() => _host = await OperatorHost.StartAsync(_ledger, _history, pool: _pool);

    [TearDown]
    public async Task EndAsync() => await _host.DisposeAsync();

    [Test]
    public async Task A_bundle_tells_what_it_cost_and_brought_to_the_wei()
    {
        UInt256 large = UInt256.ParseDecimal("123456789012345678901234567890");
        LedgerEntry entry = Stored.Entry(1, 10) with { GasPaid = large, FeesReceived = large + 1 };
        _ledger.Entries.Add(entry);

        (_, JsonElement read) = await GetAsync($"/ledger/bundles/{entry.TransactionHash}");

        Assert.That(read.GetProperty("gasPaid").GetString(), Is.EqualTo("123456789012345678901234567890"));
        Assert.That(read.GetProperty("net").GetString(), Is.EqualTo("1"));
        Assert.That(read.GetProperty("time").GetString(), Is.EqualTo("2026-01-02T12:00:10.000Z"));
        Assert.That(read.GetProperty("operations").EnumerateArray().Select(share => share.GetProperty("net").GetString()), Is.EqualTo(new[] { "30", "-20" }));
    }

    [Test]
    public async Task Pages_follow_by_their_cursor()
    {
        _ledger.Entries.AddRange([Stored.Entry(1, 10), Stored.Entry(2, 11), Stored.Entry(3, 12)]);

        (_, JsonElement first) = await GetAsync("/ledger/bundles?limit=2");
        (_, JsonElement second) = await GetAsync($"/ledger/bundles?limit=2&cursor={first.GetProperty("nextCursor").GetString()}");

        Assert.That(Blocks(first).Concat(Blocks(second)), Is.EqualTo(new[] { 10, 11, 12 }));
        Assert.That(second.GetProperty("nextCursor").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [TestCase("from=2026-01-02T12:00:11Z", 11, 12)]
    [TestCase("from=1767355211&until=1767355212", 11)]
    [TestCase("until=2026-01-02")]
    [TestCase("signer=0x0000000071727De22E5E9d8BAf0edAc6f37da032", 10, 11, 12)]
    [TestCase("entryPoint=0x4337084d9e255ff0702461cf8895ce9e3b5ff108")]
    public async Task Filters_leave_out(string query, params int[] blocks)
    {
        _ledger.Entries.AddRange([Stored.Entry(1, 10), Stored.Entry(2, 11), Stored.Entry(3, 12)]);

        Assert.That(Blocks((await GetAsync($"/ledger/bundles?{query}")).Body), Is.EqualTo(blocks));
    }

    [TestCase("/ledger/bundles?limit=0", "limit: ")]
    [TestCase("/ledger/bundles?limit=1001", "limit: ")]
    [TestCase("/ledger/bundles?from=yesterday", "from: ")]
    [TestCase("/ledger/bundles?signer=0x12", "signer: ")]
    [TestCase("/ledger/bundles?cursor=12", "cursor: ")]
    [TestCase("/ledger/bundles?signer=&limit=3", "signer: ")]
    [TestCase("/ledger/totals?from=2026-01-02T12:00:00Z", "from: ")]
    [TestCase("/ledger/operations/0x12", "userOpHash: ")]
    public async Task A_malformed_query_is_400_and_names_the_parameter(string path, string begin)
    {
        (HttpStatusCode status, JsonElement body) = await GetAsync(path);

        Assert.That(status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(body.GetProperty("error").GetString(), Does.StartWith(begin));
    }

    [Test]
    public async Task An_operation_pays_in_every_transaction_that_carried_it()
    {
        Hash32 operation = Stored.Hash(7);
        LedgerEntry reverted = Stored.Entry(1, 10) with { Success = false, FeesReceived = 0, Shares = [new(operation, 0, 90)] };
        LedgerEntry mined = Stored.Entry(2, 11) with { Shares = [new(operation, 100, 90)] };
        _ledger.Entries.AddRange([reverted, mined]);

        (_, JsonElement read) = await GetAsync($"/ledger/operations/{operation}");

        Assert.That(read.GetProperty("gasPaid").GetString(), Is.EqualTo("180"));
        Assert.That(read.GetProperty("net").GetString(), Is.EqualTo("-80"));
        Assert.That(read.GetProperty("transactions").EnumerateArray().Select(one => one.GetProperty("success").GetBoolean()), Is.EqualTo(new[] { false, true }));
    }

    [Test]
    public async Task An_operation_that_others_included_costs_and_brings_nothing()
    {
        IndexedBlock block = Stored.Block(Stored.Mark(10), 1);
        await _history.AddBlockAsync(block, Fence.Sole, default);

        (_, JsonElement read) = await GetAsync($"/ledger/operations/{block.Operations[0].UserOpHash}");

        Assert.That(read.GetProperty("net").GetString(), Is.EqualTo("0"));
        Assert.That(read.GetProperty("includedByOthers").GetString(), Is.EqualTo(block.Operations[0].TransactionHash.ToString()));
    }

    [Test]
    public async Task What_is_not_in_the_ledger_is_404()
    {
        Assert.That((await GetAsync($"/ledger/operations/{Stored.Hash(1)}")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await GetAsync($"/ledger/bundles/{Stored.Hash(1)}")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task What_was_moved_away_is_not_called_an_operation_that_never_was()
    {
        await _pool.SetStatusAsync(
            [new OperationStatusRecord(Stored.Hash(1), OperationState.Final, Stored.Transaction(1), null, Stored.Noon) { LeftTo = 10 }], default);

        (_, JsonElement read) = await GetAsync($"/ledger/operations/{Stored.Hash(1)}");

        Assert.That(read.GetProperty("error").GetString(), Does.Contain(Stored.Transaction(1).ToString()).And.Contain("block 10"));
    }

    [Test]
    public async Task Totals_are_by_signer_and_by_entry_point()
    {
        Address other = A.AddressOf(1);
        _ledger.Entries.AddRange(
        [
            Stored.Entry(1, 10),
            Stored.Entry(2, 11) with { Signer = other },
            Stored.Entry(3, 12) with { Success = false, FeesReceived = 0, Time = Stored.Noon.AddDays(1) },
        ]);

        (_, JsonElement all) = await GetAsync("/ledger/totals");
        (_, JsonElement firstDay) = await GetAsync("/ledger/totals?until=2026-01-02");

        Assert.That(all.GetProperty("total").ToString(), Is.EqualTo(
            """{"bundles":2,"reverted":1,"cancellations":0,"operations":4,"gasUsed":27,"gasLost":"90","gasPaid":"270","feesReceived":"200","net":"-70"}"""));
        Assert.That(all.GetProperty("signers").GetArrayLength(), Is.EqualTo(2));
        Assert.That(all.GetProperty("entryPoints").GetArrayLength(), Is.EqualTo(1));
        Assert.That(firstDay.GetProperty("total").GetProperty("net").GetString(), Is.EqualTo("20"));
    }

    [Test]
    public async Task What_transfers_cost_is_in_the_whole_and_by_payee_not_by_entry_point()
    {
        Address treasury = A.AddressOf(1);
        _ledger.Entries.AddRange(
        [
            Stored.Entry(1, 10),
            Stored.Entry(2, 11) with { Kind = LedgerKind.Transfer, EntryPoint = treasury, FeesReceived = 0, Shares = [] },
        ]);

        (_, JsonElement totals) = await GetAsync("/ledger/totals");

        Assert.That(totals.GetProperty("total").GetProperty("gasPaid").GetString(), Is.EqualTo("180"));
        Assert.That(totals.GetProperty("entryPoints")[0].GetProperty("gasPaid").GetString(), Is.EqualTo("90"));
        Assert.That(totals.GetProperty("signersByEntryPoint").GetArrayLength(), Is.EqualTo(1));
        Assert.That(totals.GetProperty("payees").EnumerateArray().Single().ToString(), Does.StartWith(
            $$"""{"payee":"{{treasury}}","bundles":0,""").And.EndsWith("\"gasPaid\":\"90\",\"feesReceived\":\"0\",\"net\":\"-90\"}"));
    }

    [Test]
    public async Task The_csv_has_every_entry_however_many_pages_that_is()
    {
        for (int i = 0; i < 2_500; i++)
        {
            _ledger.Entries.Add(Stored.Entry(i, (ulong)i));
        }

        string[] lines = (await _host.Client.GetStringAsync(new Uri(_host.OperatorUrl!, "/ledger/bundles.csv"))).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.That(lines, Has.Length.EqualTo(2_501));
        Assert.That(lines.Skip(1).Select(line => int.Parse(line.Split(',')[1])), Is.EqualTo(Enumerable.Range(0, 2_500)));
        Assert.That(lines.Select(line => line.Count(character => character == ',')).Distinct(), Is.EqualTo(new[] { 19 }));
    }

    [Test]
    public async Task Csv_is_asked_by_its_type_too_and_takes_nothing_for_a_formula()
    {
        _ledger.Entries.Add(Stored.Entry(1, 10) with { Success = false, FeesReceived = 0, Fault = new LedgerFault(null, null, "=cmd(\"x\"),1") });
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(_host.OperatorUrl!, "/ledger/bundles"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/csv"));

        using HttpResponseMessage response = await _host.Client.SendAsync(request);

        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/csv"));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain(",90,0,-90,,,\"'=cmd(\"\"x\"\"),1\"\r\n"));
    }

    private static IEnumerable<int> Blocks(JsonElement page) => page.GetProperty("bundles").EnumerateArray().Select(entry => entry.GetProperty("blockNumber").GetInt32());

    private async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path)
    {
        using HttpResponseMessage response = await _host.Client.GetAsync(new Uri(_host.OperatorUrl!, path));
        return (response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync()));
    }
}
