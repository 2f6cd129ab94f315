using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.ChainTests.Inclusion;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.ChainTests.Bundling;

/// <summary>A bundle that the Ethereum node does not take, because of one of its operations or for no reason of theirs.</summary>
public sealed class RefusedBundleTests
{
    private static readonly Address _delegate = Address.Parse("0x0000000000000000000000000000000000de1e9a");
    private static readonly TimeSpan _deadline = Eventually.Patience;

    /// <summary>Pays what validation asks for, and agrees to everything.</summary>
    private static readonly Bytes _code = Bytes.Parse("0x6000600060006000604435335af160206000f3");

    private InclusionRig _rig = null!;
    private FaultyProxy _proxy = null!;

    [SetUp]
    public async Task BeginAsync()
    {
        _rig = await InclusionRig.StartAsync(withNode: false);
        _proxy = await FaultyProxy.StartAsync(_rig.Anvil.Url);
        await _rig.SetCodeAsync(_delegate, _code);
    }

    [TearDown]
    public async Task EndAsync()
    {
        await _rig.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [TestCase("transaction type not supported", 4)]
    [TestCase("authority already reserved", 1)]
    public async Task Plain_operations_do_not_wait_for_the_one_that_delegates_and_that_one_ends_with_the_reason(string answer, int dropAfter)
    {
        await _rig.StartNodeAsync(_proxy.Url, "--debug-api", "--bundling", "manual", $"--Bundler:Bundling:DropAfterFailures={dropAfter}");
        SimpleAccountWallet plain = await _rig.WalletAsync();
        string delegating = await _rig.SendAsync(plain.EntryPoint, await DelegatingAsync());

        // From here on: a node that takes no such transaction at all is known before anything is accepted for it.
        int asked = _proxy.CountOf("eth_sendRawTransaction");
        _proxy.Fail(new ProxyFault.Refuse(-32000, answer) { When = IsSetCode }, "eth_sendRawTransaction");
        List<string> good = [await _rig.SendAsync(plain, InclusionRig.Operation(plain))];
        for (int i = 0; i < 3; i++)
        {
            SimpleAccountWallet wallet = await _rig.WalletAsync();
            good.Add(await _rig.SendAsync(wallet, InclusionRig.Operation(wallet)));
        }

        await _rig.Node.RpcAsync("debug_bundler_setBundlingMode", "auto");

        foreach (string hash in good)
        {
            await _rig.ReceiptAsync(hash);
        }

        int refused = _proxy.CountOf("eth_sendRawTransaction") - asked;
        Assert.That(refused, Is.LessThanOrEqualTo(3), "one with all, one with the others, perhaps one alone");
        await Eventually.Async(async () => (await StatusAsync(delegating)).GetProperty("status").GetString() == "dropped", _deadline, "it ends");
        Assert.That(
            (await StatusAsync(delegating)).GetProperty("reason").GetString(), Is.EqualTo($"its bundle is refused by the Ethereum node: {answer}"));
    }

    [Test]
    public async Task A_pool_that_is_full_for_a_while_costs_a_while_and_no_price()
    {
        int times = 0;
        _proxy.Fail(new ProxyFault.Refuse(-32000, "txpool is full") { When = _ => Interlocked.Increment(ref times) <= 3 }, "eth_sendRawTransaction");
        await _rig.StartNodeAsync(_proxy.Url);
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        JsonElement before = await _rig.Node.RpcAsync("pimlico_getUserOperationGasPrice");

        JsonElement receipt = await _rig.ReceiptAsync(await _rig.SendAsync(wallet, InclusionRig.Operation(wallet)));

        Assert.That(receipt.GetProperty("success").GetBoolean(), Is.True);
        Assert.That(times, Is.GreaterThan(3));
        Assert.That(
            Tip(await _rig.Node.RpcAsync("pimlico_getUserOperationGasPrice")), Is.LessThanOrEqualTo(Tip(before)), "the answered minimum stays");
    }

    private static UInt256 Tip(JsonElement prices) =>
        UInt256.ParseHex(prices.GetProperty("slow").GetProperty("maxPriorityFeePerGas").GetString()!);

    private async Task<UserOperation> DelegatingAsync()
    {
        using PrivateKey key = PrivateKey.Generate();
        await _rig.Anvil.RpcAsync("anvil_setBalance", key.Address.ToLowerHex(), "0xde0b6b3a7640000");
        return InclusionRig.Operation(key.Address) with { PreVerificationGas = 200_000, Eip7702Auth = Authorization.Sign(key, 1337, _delegate, 0) };
    }

    private static bool IsSetCode(JsonNode? parameters) => ((string?)parameters?[0])?.StartsWith("0x04", StringComparison.Ordinal) ?? false;

    private Task<JsonElement> StatusAsync(string userOpHash) => _rig.Node.RpcAsync("bundler_getUserOperationStatus", userOpHash);
}
