using System.Globalization;
using System.Text.Json;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Ledger;

/// <summary>
/// The ledger against the chain, to the wei: four signers, four EntryPoints, operations that revert and operations that a paymaster pays for,
/// a reorganisation and a kill -9 in between. Every signer lost what the ledger says it paid, the beneficiary got what it says it received.
/// </summary>
public sealed class LedgerTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;
    private static readonly Address _beneficiary = Address.Parse("0xbe4ef1c1a47e0000000000000000000000000001");

    [Test]
    public Task The_ledger_equals_the_chain_to_the_wei() => RunAsync(walletsOfEach: 5, rounds: 5);

    /// <summary>scripts/bench ledger.</summary>
    [Test]
    [Explicit]
    [Category("Ledger")]
    public Task The_ledger_equals_the_chain_to_the_wei_over_1000_operations() => RunAsync(walletsOfEach: 25, rounds: 10);

    private static async Task RunAsync(int walletsOfEach, int rounds)
    {
        TimeProvider clock = TimeProvider.System;
        long start = clock.GetTimestamp();
        await using LedgerRig rig = await LedgerRig.StartAsync(_beneficiary, walletsOfEach);
        await rig.Audit.BeginAsync();
        for (int round = 0; round < rounds; round++)
        {
            await rig.SendRoundAsync(round);
            if (round == rounds / 2)
            {
                // In the middle of it, with bundles on their way and operations that nobody has answered yet.
                await rig.KillAndRestartAsync();
                await rig.SendRoundAsync(round);
            }

            await rig.IncludedAsync(round);
            if (round == 1)
            {
                await rig.ReorganiseAsync(3);
            }
        }

        int operations = 4 * walletsOfEach * rounds;
        await rig.SettledAsync(operations, _deadline);
        JsonElement totals = await rig.LedgerAsync("totals");
        JsonElement[] entries = await rig.EntriesAsync();

        await rig.Audit.AssertEqualAsync(totals);
        AssertShares(entries);
        await AssertReceiptsAsync(rig, entries);
        Assert.That(totals.GetProperty("entryPoints").GetArrayLength(), Is.EqualTo(4));
        Assert.That(totals.GetProperty("signers").GetArrayLength(), Is.GreaterThan(1));
        Print(totals.GetProperty("total"), entries.Length, clock.GetElapsedTime(start));
    }

    private static void AssertShares(JsonElement[] entries)
    {
        foreach (JsonElement entry in entries)
        {
            JsonElement[] shares = [.. entry.GetProperty("operations").EnumerateArray()];
            if (shares.Length > 0)
            {
                Assert.That(Sum(shares, "gasPaid"), Is.EqualTo(Wei(entry, "gasPaid")));
                Assert.That(Sum(shares, "feesReceived"), Is.EqualTo(Wei(entry, "feesReceived")));
            }
        }
    }

    private static async Task AssertReceiptsAsync(LedgerRig rig, JsonElement[] entries)
    {
        foreach (JsonElement entry in entries)
        {
            Hash32 hash = Hash32.Parse(entry.GetProperty("transactionHash").GetString()!);
            TransactionReceipt receipt = (await rig.Eth.GetTransactionReceiptAsync(hash, CancellationToken.None))!;
            Assert.That(entry.GetProperty("blockHash").GetString(), Is.EqualTo(receipt.BlockHash.ToString()));
            Assert.That(Wei(entry, "gasPaid"), Is.EqualTo(receipt.GasUsed * receipt.EffectiveGasPrice));
        }
    }

    private static UInt256 Sum(IEnumerable<JsonElement> elements, string name) =>
        elements.Aggregate(UInt256.Zero, (sum, element) => sum + Wei(element, name));

    private static UInt256 Wei(JsonElement element, string name) => UInt256.ParseDecimal(element.GetProperty(name).GetString());

    private static void Print(JsonElement total, int transactions, TimeSpan elapsed) => TestContext.Out.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"ledger of {total.GetProperty("operations").GetInt32()} operations in {transactions} transactions ({total.GetProperty("bundles").GetInt32()} bundles, "
        + $"{total.GetProperty("reverted").GetInt32()} reverted, {total.GetProperty("cancellations").GetInt32()} cancellations), {elapsed.TotalSeconds:0} s: gas paid "
        + $"{total.GetProperty("gasPaid").GetString()} wei, fees received {total.GetProperty("feesReceived").GetString()} wei, difference to the chain 0 wei"));
}
