using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Inclusion;

/// <summary>An Ethereum node that shows what is not so: nothing of it is served or settled, and the truth is taken once it is told.</summary>
public sealed class LyingNodeTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;

    private InclusionRig _rig = null!;
    private FaultyProxy _proxy = null!;

    [SetUp]
    public async Task BeginAsync()
    {
        _rig = await InclusionRig.StartAsync(withNode: false);
        _proxy = await FaultyProxy.StartAsync(_rig.Anvil.Url);
        await _rig.StartNodeAsync(_proxy.Url, "--debug-api");
    }

    [TearDown]
    public async Task EndAsync()
    {
        await _rig.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [Test]
    public async Task A_false_event_leaves_a_pending_operation_pending()
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        SimpleAccountWallet other = await _rig.WalletAsync();
        await _rig.Node.RpcAsync("debug_bundler_setBundlingMode", "manual");
        string pending = await _rig.SendAsync(wallet, InclusionRig.Operation(wallet));
        _proxy.Fail(new ProxyFault.Lie((_, logs) => Change(logs, log =>
        {
            if (log["topics"]!.AsArray().Count == 4)
            {
                log["topics"]![1] = pending;
                log["topics"]![2] = wallet.Address.ToWord().ToString();
            }
        })), "eth_getLogs");

        await _rig.BundleAsync(other.EntryPoint, null, InclusionRig.Operation(other));
        await Eventually.Async(() => _rig.Node.Output.Contains("Not believed", StringComparison.Ordinal), _deadline, "it is told");

        Assert.That(await StatusAsync(pending), Is.EqualTo("pending"));
        Assert.That((await _rig.Node.RpcAsync("eth_getUserOperationReceipt", pending)).ValueKind, Is.EqualTo(JsonValueKind.Null));

        _proxy.Heal();
        await _rig.Node.RpcAsync("debug_bundler_setBundlingMode", "auto");
        Assert.That(await _rig.IsOnChainAsync(await _rig.ReceiptAsync(pending)), Is.True);
    }

    [Test]
    public async Task Receipts_with_the_logs_of_other_transactions_are_neither_served_nor_settled()
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        SimpleAccountWallet other = await _rig.WalletAsync();
        UserOperation operation = InclusionRig.Operation(other);
        string foreign = other.EntryPoint.Hash(operation, 1337, null).ToString();
        await _rig.BundleAsync(other.EntryPoint, null, operation);
        await Eventually.Async(async () => await StatusAsync(foreign) is "included" or "final", _deadline, "the other's is seen");
        _proxy.Fail(new ProxyFault.Lie((_, receipt) => receipt is null ? null : Lie(receipt)), "eth_getTransactionReceipt");

        JsonElement answer = await _rig.Node.CallAsync("eth_getUserOperationReceipt", foreign);
        string own = await _rig.SendAsync(wallet, InclusionRig.Operation(wallet));
        await Eventually.Async(() => _proxy.CountOf("eth_sendRawTransaction") > 0, _deadline, "ours is sent");

        Assert.That(answer.GetProperty("error").GetProperty("code").GetInt32(), Is.EqualTo(-32000), answer.ToString());
        Assert.That(answer.ToString(), Does.Contain("try again"));
        Assert.That(await StatusAsync(own), Is.AnyOf("pending", "bundled"));

        _proxy.Heal();
        Assert.That(await _rig.IsOnChainAsync(await _rig.ReceiptAsync(own)), Is.True);
        JsonElement receipt = await _rig.ReceiptAsync(foreign);
        Assert.That(receipt.GetProperty("logs").EnumerateArray().Select(log => log.GetProperty("transactionHash").GetString()).Distinct(), Is.EqualTo(new[] { receipt.GetProperty("receipt").GetProperty("transactionHash").GetString() }));
        Assert.That((await _rig.Node.GetOperatorsAsync("/metrics")).Body, Does.Match("bundler_endpoint_lies[^\n]*eth_getTransactionReceipt[^\n]* [1-9]"));
    }

    private async Task<string?> StatusAsync(string userOpHash) =>
        (await _rig.Node.RpcAsync("bundler_getUserOperationStatus", userOpHash)) is { ValueKind: JsonValueKind.Object } status ? status.GetProperty("status").GetString() : null;

    private static JsonNode Lie(JsonNode receipt)
    {
        Change(receipt["logs"], log => log["transactionHash"] = Hash32.From(0xbad).ToString());
        return receipt;
    }

    private static JsonNode? Change(JsonNode? logs, Action<JsonObject> change)
    {
        foreach (JsonNode? log in logs?.AsArray() ?? [])
        {
            change(log!.AsObject());
        }

        return logs;
    }
}
