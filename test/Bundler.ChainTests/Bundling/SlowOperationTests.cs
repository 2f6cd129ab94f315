using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.ChainTests.Inclusion;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Bundling;

/// <summary>A node that takes long, or fails, while a bundle is validated: nobody else waits for it, and nobody is blamed who has not caused it.</summary>
public sealed class SlowOperationTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;

    private InclusionRig _rig = null!;
    private FaultyProxy _proxy = null!;

    [SetUp]
    public async Task BeginAsync()
    {
        _rig = await InclusionRig.StartAsync(withNode: false);
        _proxy = await FaultyProxy.StartAsync(_rig.Anvil.Url);
    }

    [TearDown]
    public async Task EndAsync()
    {
        _proxy.Heal();
        await _rig.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [Test]
    public async Task What_takes_long_for_one_EntryPoint_keeps_no_other_waiting()
    {
        await _rig.StartNodeAsync(_proxy.Url, "--Bundler:Bundling:CheckSeconds=100", "--Bundler:Ethereum:TimeoutSeconds=120");
        SimpleAccountWallet slow = await _rig.WalletAsync(EntryPointVersion.V07);
        SimpleAccountWallet other = await _rig.WalletAsync(EntryPointVersion.V08);
        bool hangs = false;
        _proxy.Fail(new ProxyFault.Stall(Hangs), "debug_traceCall");
        string stuck = await _rig.SendAsync(slow, InclusionRig.Operation(slow));
        await Eventually.Async(() => Volatile.Read(ref hangs), _deadline, "the validation of its bundle hangs");

        await _rig.ReceiptAsync(await _rig.SendAsync(other, InclusionRig.Operation(other)));

        Assert.That(await StatusAsync(stuck), Is.EqualTo("pending"));
        _proxy.Heal();
        await _rig.ReceiptAsync(stuck);

        bool Hangs(JsonNode? parameters)
        {
            bool doesHang = IsBundle(parameters) && Mentions(parameters, slow.EntryPoint.Address);
            Volatile.Write(ref hangs, hangs || doesHang);
            return doesHang;
        }
    }

    [Test]
    public async Task One_that_takes_too_long_is_dropped_with_a_reason_that_says_so_and_the_others_are_included()
    {
        await _rig.StartNodeAsync(
            _proxy.Url, "--debug-api", "--bundling", "manual", "--Bundler:Bundling:CheckSeconds=0.5", "--Bundler:Bundling:DropAfterFailures=2");
        SimpleAccountWallet slow = await _rig.WalletAsync();
        List<string> good = [];
        string stuck = "";
        for (int i = 0; i < 5; i++)
        {
            SimpleAccountWallet wallet = i == 2 ? slow : await _rig.WalletAsync();
            string hash = await _rig.SendAsync(wallet, InclusionRig.Operation(wallet));
            if (i == 2)
            {
                stuck = hash;
            }
            else
            {
                good.Add(hash);
            }
        }

        _proxy.Fail(new ProxyFault.Stall(parameters => IsBundle(parameters) && Mentions(parameters, slow.Address)), "debug_traceCall");
        await _rig.Node.RpcAsync("debug_bundler_setBundlingMode", "auto");
        foreach (string hash in good)
        {
            await _rig.ReceiptAsync(hash);
        }

        await Eventually.Async(async () => await StatusAsync(stuck) == "dropped", _deadline, "the slow one is dropped");
        Assert.That(
            (await _rig.Node.RpcAsync("bundler_getUserOperationStatus", stuck)).GetProperty("reason").GetString(),
            Is.EqualTo("bundle creation failed repeatedly: validation could not be traced within 0.5 s"));
    }

    // It could be traced when it was sent; that the node is busy now is no proof against it.
    [Test]
    public async Task What_cannot_be_traced_again_in_time_waits_and_goes_when_it_can()
    {
        await _rig.StartNodeAsync(
            _proxy.Url, "--debug-api", "--bundling", "manual", "--Bundler:Validation:TraceTimeoutSeconds=1", "--Bundler:Ethereum:TimeoutSeconds=1");
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        string hash = await _rig.SendAsync(wallet, InclusionRig.Operation(wallet));
        await DepositAsync(wallet);

        _proxy.Fail(new ProxyFault.Stall(), "debug_traceCall");
        await Eventually.Async(
            async () =>
            {
                await _rig.Node.RpcAsync("debug_bundler_sendBundleNow");
                return (await _rig.Node.RpcAsync("bundler_getUserOperationStatus", hash)).TryGetProperty("reason", out JsonElement reason) && $"{reason}".Contains("could not be traced", StringComparison.Ordinal);
            },
            _deadline,
            "it waits for it cannot be traced");

        Assert.That(await StatusAsync(hash), Is.EqualTo("pending"));
        _proxy.Heal();
        await _rig.Node.RpcAsync("debug_bundler_setBundlingMode", "auto");
        await _rig.ReceiptAsync(hash);
    }

    [Test]
    public async Task What_cannot_be_traced_again_at_all_is_dropped_with_a_reason_that_says_so()
    {
        await _rig.StartNodeAsync(
            _proxy.Url, "--debug-api", "--bundling", "manual", "--Bundler:Validation:TraceTimeoutSeconds=1", "--Bundler:Ethereum:TimeoutSeconds=1",
            "--Bundler:Bundling:DropAfterFailures=1");
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        string hash = await _rig.SendAsync(wallet, InclusionRig.Operation(wallet));
        await DepositAsync(wallet);

        _proxy.Fail(new ProxyFault.Stall(), "debug_traceCall");
        await Eventually.Async(
            async () =>
            {
                await _rig.Node.RpcAsync("debug_bundler_sendBundleNow");
                return await StatusAsync(hash) == "dropped";
            },
            _deadline,
            "it is dropped");

        JsonElement status = await _rig.Node.RpcAsync("bundler_getUserOperationStatus", hash);
        Assert.That(status.GetProperty("reason").GetString(), Does.Contain("validation could not be traced within 1 s"));
    }

    [Test]
    public async Task While_the_node_fails_at_a_validation_operations_wait_and_nobody_is_blamed()
    {
        await _rig.StartNodeAsync(_proxy.Url, "--debug-api", "--bundling", "manual");
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        string hash = await _rig.SendAsync(wallet, InclusionRig.Operation(wallet));
        string? failing = null;
        foreach (string method in (string[])["eth_call", "debug_traceCall"])
        {
            foreach (ProxyFault fault in (ProxyFault[])[new ProxyFault.Refuse(-32000, "header not found"), new ProxyFault.Drop()])
            {
                _proxy.Fail(fault, method);
                if (failing is null)
                {
                    await _rig.Node.RpcAsync("debug_bundler_setBundlingMode", "auto");
                }
                else if (failing != method)
                {
                    // Without a moment in which the operation could go.
                    _proxy.Fail(new ProxyFault.Stall(_ => false), failing);
                }

                failing = method;
                int asked = _proxy.CountOf(method);
                await Eventually.Async(() => _proxy.CountOf(method) > asked + 1, _deadline, $"{method} has failed");
                Assert.That(await StatusAsync(hash), Is.EqualTo("pending"));
            }
        }

        _proxy.Heal();
        await _rig.ReceiptAsync(hash);
        JsonElement reputation = await _rig.Node.RpcAsync("debug_bundler_dumpReputation", wallet.EntryPoint.Address.ToString());
        Assert.That(reputation.EnumerateArray().Select(entry => entry.GetProperty("status").GetString()), Is.All.EqualTo("ok"));
    }

    /// <summary>What its validation depends on is another then.</summary>
    private Task DepositAsync(SimpleAccountWallet wallet) => _rig.Anvil.RpcAsync(
        "eth_sendTransaction",
        new
        {
            from = DevAccounts.All[3].Address.ToLowerHex(),
            to = wallet.EntryPoint.Address.ToLowerHex(),
            data = EntryPointCalls.DepositTo.EncodeCall(wallet.Address).ToString(),
            value = "0xde0b6b3a7640000",
        });

    private async Task<string?> StatusAsync(string userOpHash) =>
        (await _rig.Node.RpcAsync("bundler_getUserOperationStatus", userOpHash)).GetProperty("status").GetString();

    /// <summary>The trace of the third validation, not one of a single operation.</summary>
    private static bool IsBundle(JsonNode? parameters) => (string?)parameters?[2]?["tracer"] is { } tracer && (tracer == BundleTracer.Full || tracer == BundleTracer.Lean);

    private static bool Mentions(JsonNode? parameters, Address address) =>
        parameters!.ToJsonString().Contains(address.ToLowerHex()[2..], StringComparison.OrdinalIgnoreCase);
}
