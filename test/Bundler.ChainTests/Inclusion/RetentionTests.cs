using System.Globalization;
using System.Text.Json;
using Bundler.Engine.Development;
using Bundler.Erc4337;
using Bundler.Storage;
using Bundler.Testing;

namespace Bundler.ChainTests.Inclusion;

/// <summary>Operations that are a hundred days old by the chain's clock, on either database: out of the store, and answered as before.</summary>
[TestFixture(StorageKind.Sqlite)]
[TestFixture(StorageKind.Postgres)]
public sealed class RetentionTests(StorageKind kind)
{
    private const long AHundredDays = 100 * 86_400;

    private static readonly TimeSpan _deadline = Eventually.Patience;

    private InclusionRig _rig = null!;
    private NodeStore _store = null!;

    [SetUp]
    public async Task BeginAsync()
    {
        _store = await NodeStore.CreateAsync(kind);
        _rig = await InclusionRig.StartAsync(withNode: false);
    }

    [TearDown]
    public async Task EndAsync()
    {
        await _rig.DisposeAsync();
        _store.Dispose();
    }

    [Test]
    public async Task Receipts_of_moved_operations_are_answered_from_the_chain()
    {
        await StartNodeAsync(FaultPoint.None);
        (string own, string foreign) = await IncludeAsync();
        string[] before = [await AnswersAsync(own), await AnswersAsync(foreign)];
        string ledger = await LedgerAsync();

        await AgeAsync();
        await MovedAsync("operations", 2);
        await MovedAsync("transactions", 1);

        Assert.That(await AnswersAsync(own), Is.EqualTo(before[0]));
        Assert.That(await AnswersAsync(foreign), Is.EqualTo(before[1]));
        Assert.That(await LedgerAsync(), Is.EqualTo(ledger));
        foreach (string hash in new[] { own, foreign })
        {
            JsonElement status = await _rig.Node.RpcAsync("bundler_getUserOperationStatus", hash);
            Assert.That(status.GetProperty("status").GetString(), Is.EqualTo("final"));
            Assert.That(status.GetProperty("transactionHash").GetString(), Is.Not.Null);
        }

        // What was asked for was remembered, and goes again.
        await MovedAsync("operations", 4);
        Assert.That(await AnswersAsync(own), Is.EqualTo(before[0]));
    }

    [Test]
    public async Task Killed_in_the_middle_of_a_step_nothing_of_it_is_lost()
    {
        await StartNodeAsync(FaultPoint.DuringRetention);
        (string own, string foreign) = await IncludeAsync();
        string[] before = [await AnswersAsync(own), await AnswersAsync(foreign)];
        await AgeAsync();
        Task<int> end = _rig.Node.EndAsync();
        await Eventually.Async(() => GoesOnAsync(() => end.IsCompleted), _deadline, $"it dies in the middle\n{_rig.Node.Output}");
        Assert.That(await end, Is.EqualTo(137), _rig.Node.Output);
        Assert.That(_rig.Node.Output, Does.Contain("Killed at the fault point DuringRetention"));

        await _rig.RestartNodeAsync($"--Bundler:Development:DieAt={FaultPoint.None}");
        await MovedAsync("operations", 2);

        Assert.That(await AnswersAsync(own), Is.EqualTo(before[0]));
        Assert.That(await AnswersAsync(foreign), Is.EqualTo(before[1]));
    }

    [Test]
    public async Task The_size_of_each_table_is_a_metric()
    {
        await StartNodeAsync(FaultPoint.None);
        string metrics = "";
        await Eventually.Async(
            async () => (metrics = (await _rig.Node.GetOperatorsAsync("/metrics")).Body).Contains("bundler_store_total_bytes", StringComparison.Ordinal),
            _deadline,
            "the store is measured");

        Assert.That(metrics, Does.Match("bundler_store_rows\\{[^\n]*table=\"included_operations\"[^\n]*\\} \\d"));
        Assert.That(metrics, Does.Match("bundler_store_size_bytes\\{[^\n]*table=\"ended_operations\"[^\n]*\\} \\d"));
        Assert.That(metrics, Does.Match("bundler_store_total_bytes[^\n]* [1-9]"));
        Assert.That(metrics, Does.Match("bundler_retention_held[^\n]* 0"));
        Assert.That(metrics.Contains("bundler_store_free_bytes", StringComparison.Ordinal), Is.EqualTo(kind == StorageKind.Sqlite));
    }

    private Task StartNodeAsync(FaultPoint dieAt) => _rig.StartNodeAsync(
        null,
        [
            .. _store.Arguments,
            "--Bundler:Storage:Retention:RoundMinutes=0.01",
            "--Bundler:Storage:Retention:StepMilliseconds=10",
            $"--Bundler:Development:DieAt={dieAt}",
        ]);

    /// <summary>One operation in a bundle of the node's, one in somebody else's.</summary>
    private async Task<(string Own, string Foreign)> IncludeAsync()
    {
        SimpleAccountWallet[] wallets = [await _rig.WalletAsync(), await _rig.WalletAsync()];
        UserOperation foreign = InclusionRig.Operation(wallets[1]);
        string own = await _rig.SendAsync(wallets[0], InclusionRig.Operation(wallets[0]));
        await _rig.ReceiptAsync(own);
        await _rig.BundleAsync(wallets[1].EntryPoint, null, foreign);
        string hash = wallets[1].EntryPoint.Hash(foreign, 1337, null).ToString();
        await _rig.ReceiptAsync(hash);
        return (own, hash);
    }

    /// <summary>The chain's finality is 64 blocks behind.</summary>
    private async Task AgeAsync()
    {
        await _rig.Anvil.RpcAsync("evm_increaseTime", AHundredDays);
        await _rig.MineAsync(80);
    }

    private async Task<string> AnswersAsync(string hash) =>
        $"{await _rig.ReceiptAsync(hash)}\n{await _rig.Node.RpcAsync("eth_getUserOperationByHash", hash)}";

    private async Task<string> LedgerAsync() => (await _rig.Node.GetOperatorsAsync("/ledger/totals")).Body;

    /// <summary>Finality is asked for with a block, and not with each: others have to come.</summary>
    private async Task<bool> GoesOnAsync(Func<bool> isOver)
    {
        await _rig.MineAsync(1);
        return isOver();
    }

    private Task MovedAsync(string what, int rows) => Eventually.Async(
        async () => await GoesOnAsync(() => true) && (await _rig.Node.GetOperatorsAsync("/metrics")).Body.Split('\n').Any(line =>
            line.StartsWith("bundler_retention_moved_total{", StringComparison.Ordinal) && line.Contains($"\"{what}\"", StringComparison.Ordinal)
            && long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture) >= rows),
        _deadline,
        $"{rows} {what} are moved; {_rig.Node.Output}");
}
