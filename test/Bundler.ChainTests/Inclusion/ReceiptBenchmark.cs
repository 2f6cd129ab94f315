using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Bundler.Engine.Inclusion;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Storage;
using Bundler.Storage.Sqlite;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.ChainTests.Inclusion;

/// <summary>scripts/bench receipts: receipts that are older than the logs of the Ethereum node.</summary>
[Explicit]
[Category("Receipts")]
public sealed class ReceiptBenchmark
{
    private const int Operations = 10_000;
    private const int OperationsPerBlock = 20;

    [Test]
    public async Task Receipts_of_old_operations()
    {
        await using AnvilProcess anvil = await AnvilProcess.StartAsync();
        await anvil.RpcAsync("anvil_mine", "0x3e8");
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(anvil.Url);
        proxy.Fail(new ProxyFault.Refuse(), "eth_getLogs");
        DirectoryInfo data = Directory.CreateTempSubdirectory("bundler-receipts-");
        await FillAsync(data);
        await using NodeProcess node = await NodeProcess.StartOnAsync(data, proxy.Url);
        int[] order = [.. Enumerable.Range(0, Operations)];
        new Random(4337).Shuffle(order);

        TestContext.Out.WriteLine($"receipts of {Operations} operations, older than any log of the Ethereum node");
        TestContext.Out.WriteLine("callers   requests/s   median ms   p95 ms   p99 ms   max ms");
        await MeasureAsync(node, order[..1_000], callers: 1, print: false);
        await MeasureAsync(node, order, callers: 1, print: true);
        await MeasureAsync(node, order, callers: 8, print: true);
        Assert.That(proxy.CountOf("eth_getLogs"), Is.Zero);
    }

    private static async Task MeasureAsync(NodeProcess node, int[] order, int callers, bool print)
    {
        using HttpClient http = new() { BaseAddress = node.Url };
        TimeProvider clock = TimeProvider.System;
        double[] milliseconds = new double[order.Length];
        long start = clock.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(0, order.Length), new ParallelOptions { MaxDegreeOfParallelism = callers }, async (i, token) =>
        {
            string hash = HashOf(order[i]).ToString();
            long began = clock.GetTimestamp();
            using HttpResponseMessage response =
                await http.PostAsJsonAsync("", new { jsonrpc = "2.0", id = 1, method = "eth_getUserOperationReceipt", @params = new[] { hash } }, token);
            byte[] body = await response.Content.ReadAsByteArrayAsync(token);
            milliseconds[i] = clock.GetElapsedTime(began).TotalMilliseconds;
            Assert.That(JsonElement.Parse(body).GetProperty("result").GetProperty("userOpHash").GetString(), Is.EqualTo(hash));
        });
        double seconds = clock.GetElapsedTime(start).TotalSeconds;
        Array.Sort(milliseconds);
        if (print)
        {
            TestContext.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{callers,7}   {order.Length / seconds,10:0}   {At(0.5),9:0.00}   {At(0.95),6:0.00}   {At(0.99),6:0.00}   {milliseconds[^1],6:0.00}"));
        }

        double At(double share) => milliseconds[(int)(milliseconds.Length * share)];
    }

    /// <summary>Through the store's own door, as the index writes.</summary>
    private static async Task FillAsync(DirectoryInfo data)
    {
        await using SqlDatabase database = new(new SqliteDialect(new StorageOptions { DataDirectory = data.FullName }), NullLogger<SqlDatabase>.Instance);
        await database.OpenAsync(CancellationToken.None);
        SqlOperationHistoryStore store = new(database);
        for (int first = 0; first < Operations; first += OperationsPerBlock)
        {
            await store.AddHistoryAsync([Block(first)], CancellationToken.None);
        }
    }

    private static IndexedBlock Block(int first)
    {
        ulong number = 1 + (ulong)(first / OperationsPerBlock);
        BlockMark mark = new(number, HashOf(2_000_000 + (int)number));
        Bytes log = Utf8($$"""{"address":"{{A.Contract}}","topics":["{{Hash32.Zero}}","{{Hash32.Zero}}"],"data":"0x{{new string('0', 256)}}","logIndex":"0x0"}""");
        string logs = string.Join(',', Enumerable.Repeat(Encoding.UTF8.GetString(log.Span), 4));
        return new IndexedBlock(
            mark,
            [.. Enumerable.Range(first, OperationsPerBlock).Select((number, index) => new IncludedOperation(
                HashOf(number), A.EntryPoint.Address, A.AddressOf(number), UInt256.Zero, null, true, 1_000, 10, null, Utf8($"[{logs}]"), null,
                HashOf(1_000_000 + number), mark, (ulong)index))],
            [.. Enumerable.Range(first, OperationsPerBlock).Select(number => new IndexedReceipt(
                HashOf(1_000_000 + number),
                Utf8($$"""{"transactionHash":"{{HashOf(1_000_000 + number)}}","logsBloom":"0x{{new string('0', 512)}}","logs":[{{logs}}]}""")))]);
    }

    private static Bytes Utf8(string text) => Bytes.Own(Encoding.UTF8.GetBytes(text));

    private static Hash32 HashOf(int number) => Keccak256.Hash(Hash32.From(number).ToBytes());
}
