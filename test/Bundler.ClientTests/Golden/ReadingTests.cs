using Bundler.Client;
using Bundler.Client.Rpc;
using Bundler.Client.Rpc.Node;
using Bundler.Client.Rpc.Pimlico;
using Bundler.Client.Rpc.Rundler;
using Newtonsoft.Json.Linq;

namespace Bundler.ClientTests.Golden;

/// <summary>Values of golden answers where a user of the client meets them.</summary>
internal sealed class ReadingTests
{
    [Test]
    public async Task A_status_has_its_station_and_its_time()
    {
        UserOperationStatus status = (UserOperationStatus)(await ReadAsync("bundler_getUserOperationStatus", "in a block"))!;

        Assert.That(status.Status, Is.EqualTo(OperationState.Included));
        Assert.That(status.BlockNumber, Is.EqualTo((System.Numerics.BigInteger)0x5f));
        Assert.That(status.Success, Is.True);
        Assert.That(status.Since, Is.EqualTo(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero)));
    }

    [Test]
    public async Task A_receipt_has_the_bundles_receipt_and_the_reason_of_a_revert()
    {
        UserOperationReceipt receipt = (UserOperationReceipt)(await ReadAsync("eth_getUserOperationReceipt", "included, and its execution reverted"))!;

        Assert.That((receipt.Success, receipt.Reason), Is.EqualTo((false, "no")));
        Assert.That(receipt.Receipt.GasUsed.Value, Is.EqualTo((System.Numerics.BigInteger)0x5208));
        Assert.That(receipt.ActualGasUsed, Is.EqualTo((System.Numerics.BigInteger)0xc350));
    }

    [Test]
    public async Task Fees_are_chosen_by_hurry()
    {
        FeeLevels fees = (FeeLevels)(await ReadAsync("bundler_getGasPrice", "for the coming block"))!;

        Assert.That(fees.At(FeeSpeed.Slow).MaxFeePerGas, Is.LessThan(fees.At(FeeSpeed.Standard).MaxFeePerGas));
        Assert.That(fees.At(FeeSpeed.Fast), Is.EqualTo(fees.Fast));
        Assert.That(((BundlerGasPrice)fees).BlockNumber, Is.EqualTo((System.Numerics.BigInteger)100));
    }

    [TestCase("pending", PimlicoOperationState.NotSubmitted)]
    [TestCase("dropped", PimlicoOperationState.Rejected)]
    [TestCase("never met", PimlicoOperationState.NotFound)]
    public async Task Pimlicos_words_are_known(string about, PimlicoOperationState state) =>
        Assert.That(((PimlicoUserOperationStatus)(await ReadAsync("pimlico_getUserOperationStatus", about))!).Status, Is.EqualTo(state));

    [TestCase("in a bundle on its way", RundlerOperationState.PendingBundle)]
    [TestCase("in a block", RundlerOperationState.Mined)]
    public async Task Rundlers_words_are_known(string about, RundlerOperationState state) =>
        Assert.That(((RundlerUserOperationStatus)(await ReadAsync("rundler_getUserOperationStatus", about))!).Status, Is.EqualTo(state));

    [Test]
    public async Task A_status_may_lack_all_but_its_station_and_hash()
    {
        BundlerApiService bundler = new(new ScriptedClient((_, _) => ScriptedClient.Result(new JObject
        {
            ["status"] = "included", ["userOpHash"] = "0x01", ["entryPoint"] = null, ["transactionHash"] = null, ["blockNumber"] = null, ["blockHash"] = null,
            ["success"] = null, ["reason"] = null, ["since"] = null,
        })));

        Assert.That((await bundler.GetUserOperationStatus.SendRequestAsync("0x01"))!.Status, Is.EqualTo(OperationState.Included));
    }

    [Test]
    public async Task A_word_of_a_later_version_is_unknown_and_no_fault()
    {
        BundlerApiService bundler = new(new ScriptedClient((_, _) => ScriptedClient.Result(new JObject
        {
            ["status"] = "teleported", ["userOpHash"] = "0x01", ["entryPoint"] = "0x02", ["since"] = "2026-11-21T12:00:00.000Z",
        })));

        Assert.That((await bundler.GetUserOperationStatus.SendRequestAsync("0x01"))!.Status, Is.EqualTo(OperationState.Unknown));
    }

    private static Task<object?> ReadAsync(string method, string about)
    {
        Exchange exchange = Exchange.Of(method).Single(each => each.About == about);
        return TypedMethods.CallAsync(new BundlerApiService(new ScriptedClient((_, _) => exchange.Response)), exchange);
    }
}
