using System.Globalization;
using System.Text.Json;
using Bundler.Engine.Development;
using Bundler.Storage;
using Bundler.Testing;

namespace Bundler.ChainTests.Faults;

/// <summary>kill -9 at each named point of the pipeline, on the node as its users run it: nothing is lost and nothing doubled, on either database.</summary>
[TestFixture(StorageKind.Sqlite)]
[TestFixture(StorageKind.Postgres)]
public sealed class KillTests(StorageKind kind)
{
    private static readonly FaultPoint[] _ofReplacement = [FaultPoint.AfterReplacementStored, FaultPoint.AfterReplacementSent];
    private static readonly FaultPoint[] _ofCancellation = [FaultPoint.AfterCancellationStored, FaultPoint.AfterCancellationSent];
    private static readonly FaultPoint[] _ofReorganisation = [FaultPoint.AfterReturnedBeforeStatus, FaultPoint.AfterReturnedBeforeForgotten];
    private static readonly FaultPoint[] _ofRecovery = [FaultPoint.DuringPoolRecovery, FaultPoint.AfterFlightsRecovered];

    // Which RetentionTests are about.
    private static readonly FaultPoint[] _ofRetention = [FaultPoint.DuringRetention];

    // SponsoredKillTests.
    private static readonly FaultPoint[] _ofSponsoring = [FaultPoint.AfterGrantReserved, FaultPoint.AfterGrantSigned, FaultPoint.AfterGrantStored];

    private static readonly TimeSpan _deadline = Eventually.Patience;

    private AnvilProcess _anvil = null!;
    private NodeStore _store = null!;

    private static IEnumerable<FaultPoint> OnTheStraightWay => Enum.GetValues<FaultPoint>()
        .Except([FaultPoint.None, .. _ofReplacement, .. _ofCancellation, .. _ofReorganisation, .. _ofRecovery, .. _ofRetention, .. _ofSponsoring]);

    [OneTimeSetUp]
    public async Task StartChainAsync() => _anvil = await AnvilProcess.StartAsync();

    [OneTimeTearDown]
    public async Task StopChainAsync() => await _anvil.DisposeAsync();

    [SetUp]
    public async Task MakeStoreAsync() => _store = await NodeStore.CreateAsync(kind);

    [TearDown]
    public void RemoveStore() => _store.Dispose();

    [TestCaseSource(nameof(OnTheStraightWay))]
    public async Task Killed_on_the_way_of_an_operation(FaultPoint point)
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        await using NodeProcess first = await StartAsync(point);
        await traffic.SendAsync(first);
        await DeadAsync(first, point);

        await using NodeProcess second = await first.RestartAsync(DieAt(FaultPoint.None));
        await traffic.AssertInIsOutAsync(second);
    }

    /// <summary>
    /// No block comes before the next life has sent: a transaction that it did not remember would stand beside another of the same operation.
    /// </summary>
    [TestCase(FaultPoint.AfterSignedBeforeStored, 0, 0)]
    [TestCase(FaultPoint.AfterStoredBeforeSent, 1, 0)]
    [TestCase(FaultPoint.AfterSentBeforeRecorded, 1, 1)]
    public async Task What_is_sent_is_stored_and_the_next_life_sends_nothing_beside_it(FaultPoint point, int stored, int sent)
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        await using NodeProcess first = await StartAsync(point);
        await _anvil.RpcAsync("evm_setAutomine", false);
        try
        {
            await traffic.SendAsync(first, accounts: 1);
            await DeadAsync(first, point);
            string[] remembered = await RememberedAsync(first);
            Assert.That((remembered.Length, (await WaitingAsync()).Length), Is.EqualTo((stored, sent)));
            Assert.That(await WaitingAsync(), Is.SubsetOf(remembered), "nothing is out that is not stored");

            await using NodeProcess second = await first.RestartAsync(DieAt(FaultPoint.None));
            string? bundle = null;
            await Eventually.Async(
                async () => (bundle = await BundleOfAsync(second, traffic.Accepted[0])) is not null, _deadline, $"it is sent\n{second.Output}");
            Assert.That(await WaitingAsync(), Is.EqualTo(new[] { bundle }));
            Assert.That(remembered, Is.SubsetOf(new[] { bundle }), "it is the one that was stored");

            await _anvil.RpcAsync("evm_setAutomine", true);
            await _anvil.RpcAsync("evm_mine");
            await traffic.AssertInIsOutAsync(second);
        }
        finally
        {
            await _anvil.RpcAsync("evm_setAutomine", true);
        }
    }

    [TestCaseSource(nameof(_ofReplacement))]
    [TestCaseSource(nameof(_ofCancellation))]
    public async Task Killed_while_a_bundle_that_is_not_mined_is_replaced_or_cancelled(FaultPoint point)
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        await using NodeProcess first = _ofReplacement.Contains(point)
            ? await StartAsync(point, "--Bundler:Submission:ReplaceAfterSeconds=0.5", "--Bundler:Submission:ReplaceAfterBlockTimes=0")
            : await StartAsync(point, "--Bundler:Submission:DeadlineSeconds=1", "--Bundler:Submission:ReplaceAfterBlockTimes=0");
        await _anvil.RpcAsync("evm_setAutomine", false);
        try
        {
            await traffic.SendAsync(first);
            await DeadAsync(first, point);
        }
        finally
        {
            await _anvil.RpcAsync("evm_setAutomine", true);
        }

        await using NodeProcess second = await first.RestartAsync(DieAt(FaultPoint.None));
        await _anvil.RpcAsync("evm_mine");
        await traffic.AssertInIsOutAsync(second);
    }

    [TestCaseSource(nameof(_ofReorganisation))]
    public async Task Killed_while_a_reorganisation_is_undone(FaultPoint point)
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        await using NodeProcess first = await StartAsync(point);
        SimpleAccountWallet[] wallets = await traffic.FundAsync(3);
        await _anvil.RpcAsync("anvil_mine", "0x2");
        ulong funded = await BlockNumberAsync();
        await traffic.SendFromAsync(first, wallets);
        await traffic.IncludedAsync(first);
        await _anvil.RpcAsync("anvil_reorg", await BlockNumberAsync() - funded, Array.Empty<object>());
        await DeadAsync(first, point);

        await using NodeProcess second = await first.RestartAsync(DieAt(FaultPoint.None));
        await traffic.AssertInIsOutAsync(second);
    }

    [TestCaseSource(nameof(_ofRecovery))]
    public async Task Killed_again_at_the_next_start(FaultPoint point)
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        await using NodeProcess first = await StartAsync(FaultPoint.AfterStoredBeforeSent);
        await traffic.SendAsync(first);
        await DeadAsync(first, FaultPoint.AfterStoredBeforeSent);
        (int _, string output) = await NodeProcess.RunAsync(["--rpc-url", _anvil.Url.ToString(), "--port", "0", "--data-dir", first.DataDirectory, DieAt(point), .. _store.Arguments]);
        Assert.That(output, Does.Contain($"Killed at the fault point {point}"));

        await using NodeProcess third = await first.RestartAsync(DieAt(FaultPoint.None));
        await traffic.AssertInIsOutAsync(third);
    }

    private Task<NodeProcess> StartAsync(FaultPoint point, params string[] options) => NodeProcess.StartAsync(_anvil.Url, ["--debug-api", DieAt(point), .. _store.Arguments, .. options]);

    private static string DieAt(FaultPoint point) => $"--Bundler:Development:DieAt={point}";

    private static async Task DeadAsync(NodeProcess node, FaultPoint point)
    {
        int code = await node.EndAsync();

        Assert.That(code, Is.EqualTo(137), node.Output);
        Assert.That(node.Output, Does.Contain($"Killed at the fault point {point}"));
    }

    /// <summary>The transactions that a dead node has stored and not seen mined.</summary>
    private async Task<string[]> RememberedAsync(NodeProcess dead)
    {
        await using SqlDatabase database = _store.Connect(dead.DataDirectory);
        await database.OpenAsync(CancellationToken.None);
        return [.. (await new SqlSubmissionStore(database).LoadOpenAsync(CancellationToken.None)).Select(transaction => transaction.TransactionHash.ToString())];
    }

    /// <summary>The transactions that wait for a block.</summary>
    private async Task<string[]> WaitingAsync()
    {
        JsonElement pool = await _anvil.RpcAsync("txpool_content");
        return
        [
            .. from kind in new[] { "pending", "queued" }
               from signer in pool.GetProperty(kind).EnumerateObject()
               from nonce in signer.Value.EnumerateObject()
               select nonce.Value.GetProperty("hash").GetString(),
        ];
    }

    /// <summary>The transaction that an operation travels in, as the node tells it.</summary>
    private static async Task<string?> BundleOfAsync(NodeProcess node, string userOpHash) =>
        await node.RpcAsync("bundler_getUserOperationStatus", userOpHash) is { ValueKind: JsonValueKind.Object } status
        && status.GetProperty("status").GetString() == "bundled"
            ? status.GetProperty("transactionHash").GetString()
            : null;

    private async Task<ulong> BlockNumberAsync() =>
        ulong.Parse((await _anvil.RpcAsync("eth_blockNumber")).GetString()![2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
