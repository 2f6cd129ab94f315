using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.ChainTests.Inclusion;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Bundling;

/// <summary>One operation whose execution makes a trace that nobody reads to its end: the others do not wait for it, and it comes to an end too.</summary>
public sealed class LargeTraceTests
{
    private static readonly Address _bulky = Address.Parse("0x00000000000000000000000000000000000b0119");
    private static readonly TimeSpan _deadline = Eventually.Patience;

    /// <summary>Any other call than validateUserOp, which pays and agrees, makes so many calls with 100 kB of input each.</summary>
    private static Bytes Code(ushort calls) => Bytes.Parse(
        $"0x60003560e01c6319822f7c14602f5761{calls:x4}5b60006000620186a06000600061dead6000f1506001900380601257005b6000600060006000604435335af160206000f3");

    private InclusionRig _rig = null!;
    private EntryPoint _entryPoint = null!;

    [SetUp]
    public async Task BeginAsync()
    {
        _rig = await InclusionRig.StartAsync(withNode: false);
        _entryPoint = SimpleAccountWallet.EntryPointOf(EntryPointVersion.V07);
        await _rig.SetCodeAsync(_bulky, Code(calls: 350));
        await _rig.SetBalanceAsync(_bulky, 10_000_000_000_000_000_000);
    }

    [TearDown]
    public async Task EndAsync() => await _rig.DisposeAsync();

    [Test]
    public async Task It_and_the_others_are_included_with_a_tracer_that_carries_no_inputs()
    {
        await StartNodeAsync(null, "--debug-api", "--bundling", "manual");
        (string bulky, List<string> good) = await SendAsync();

        await _rig.Node.RpcAsync("debug_bundler_setBundlingMode", "auto");

        foreach (string hash in good.Append(bulky))
        {
            await _rig.ReceiptAsync(hash);
        }

        Assert.That(_rig.Node.Output, Does.Not.Contain("BundlingLoop stumbled"));
    }

    /// <summary>70 calls make 14 MB, which is read, 350 make 70 MB, of which the bound is read.</summary>
    [TestCase((ushort)70)]
    [TestCase((ushort)350)]
    public async Task Its_trace_takes_little_more_memory_than_its_bound_and_gives_it_back(ushort calls)
    {
        const int TraceMegabytes = 16;
        await _rig.SetCodeAsync(_bulky, Code(calls));
        await StartNodeAsync();
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        await _rig.ReceiptAsync(await _rig.SendAsync(wallet, InclusionRig.Operation(wallet)));
        long before = Megabytes("VmHWM");

        for (ulong key = 0; key < 4; key++)
        {
            await _rig.ReceiptAsync(await _rig.SendAsync(_entryPoint, Bulky() with { Nonce = A.Nonce(key, 0) }));
        }

        long peak = Megabytes("VmHWM");
        TestContext.Out.WriteLine($"{before} MB at the start, {peak} MB at most, {Megabytes("VmRSS")} MB now");
        Assert.That(peak - before, Is.LessThan(6 * TraceMegabytes));
    }

    // However long a busy machine takes for a trace: its size is the point here.
    private Task StartNodeAsync(Uri? chain = null, params string[] arguments) =>
        _rig.StartNodeAsync(chain, ["--Bundler:Ethereum:TimeoutSeconds=120", "--Bundler:Validation:TraceTimeoutSeconds=120", .. arguments]);

    private long Megabytes(string what) =>
        File.ReadLines($"/proc/{_rig.Node.ProcessId}/status").Where(line => line.StartsWith(what, StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024).Single();

    [Test]
    public async Task Where_the_node_has_no_JavaScript_it_is_set_aside_and_dropped_with_a_reason()
    {
        await _rig.SetCodeAsync(_bulky, Code(calls: 20));
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(_rig.Anvil.Url);
        proxy.Fail(
            new ProxyFault.Refuse(-32602, "tracer not found") { When = parameters => (string?)parameters?[2]?["tracer"] == BundleTracer.Lean }, "debug_traceCall");
        await StartNodeAsync(proxy.Url, "--debug-api", "--bundling", "manual", "--Bundler:Bundling:DropAfterFailures=2", "--Bundler:Ethereum:MaxTraceMegabytes=1");
        (string bulky, List<string> good) = await SendAsync();

        await _rig.Node.RpcAsync("debug_bundler_setBundlingMode", "auto");

        foreach (string hash in good)
        {
            await _rig.ReceiptAsync(hash);
        }

        await Eventually.Async(async () => (await StatusAsync(bulky)).GetProperty("status").GetString() == "dropped", _deadline, "the bulky one is dropped");
        Assert.That(
            (await StatusAsync(bulky)).GetProperty("reason").GetString(), Is.EqualTo("bundle creation failed repeatedly: its trace exceeds 1048576 bytes"));
        Assert.That(_rig.Node.Output, Does.Not.Contain("BundlingLoop stumbled"));
    }

    [Test]
    public async Task An_operation_whose_own_validation_has_such_a_trace_is_refused_with_that_reason()
    {
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(_rig.Anvil.Url);
        await StartNodeAsync(proxy.Url, "--Bundler:Ethereum:MaxTraceMegabytes=1");
        proxy.Fail(new ProxyFault.Lie((_, _) => new string('a', 2 * 1024 * 1024)), "debug_traceCall");

        Assert.That(
            () => _rig.SendAsync(_entryPoint, Bulky()),
            Throws.InvalidOperationException.With.Message.Contains("its trace exceeds 1048576 bytes"));
    }

    [Test]
    public async Task Both_tracers_tell_the_same_of_a_bundle([Values] EntryPointVersion version)
    {
        SimpleAccountWallet[] wallets = [await _rig.WalletAsync(version), await _rig.WalletAsync(version)];
        ValidatedOperation[] operations = [.. wallets.Select(wallet => new ValidatedOperation(wallet.EntryPoint, InclusionRig.Operation(wallet), A.Validation()))];
        EntryPoint entryPoint = wallets[0].EntryPoint;
        CallRequest call = new()
        {
            From = InclusionRig.Stranger,
            To = entryPoint.Address,
            Data = entryPoint.Bundles.EncodeHandleOps([.. operations.Select(each => each.Operation)], InclusionRig.Stranger),
            Gas = 5_000_000,
        };

        CallTrace full = CallTraceReader.Read(await TraceAsync(call, BundleTracer.Full, new JsonObject { ["withLog"] = true }));
        LeanTrace lean = JsTraceReader.ReadBundle(await TraceAsync(call, BundleTracer.Lean, null));

        StakePolicy stakes = new(A.Chain);
        BundleCheck expected = BundleTally.Of(operations, full, stakes);
        BundleCheck told = BundleTally.Of(operations, lean, stakes, []);
        Assert.That(told.Operations, Is.EqualTo(expected.Operations));
        Assert.That(told.GasUsed, Is.EqualTo(expected.GasUsed));
        Assert.That(told.IsExact, Is.True);
        Assert.That(expected.Operations.Select(operation => operation.Success), Is.EqualTo((bool[])[true, true]));
    }

    private async Task<JsonElement> TraceAsync(CallRequest call, string tracer, JsonNode? config)
    {
        using HttpTransport http = new(new HttpTransportOptions { Url = _rig.Anvil.Url }, TimeProvider.System);
        return await new DebugClient(http).TraceCallAsync(call, BlockTag.Latest, tracer, config, null, null, _deadline, CancellationToken.None);
    }

    private async Task<(string Bulky, List<string> Good)> SendAsync()
    {
        List<string> good = [];
        string bulky = await _rig.SendAsync(_entryPoint, Bulky());
        for (int i = 0; i < 4; i++)
        {
            SimpleAccountWallet wallet = await _rig.WalletAsync();
            good.Add(await _rig.SendAsync(wallet, InclusionRig.Operation(wallet)));
        }

        return (bulky, good);
    }

    private static UserOperation Bulky() => InclusionRig.Operation(_bulky) with { CallData = Bytes.Parse("0x12345678"), CallGasLimit = 500_000 };

    private Task<JsonElement> StatusAsync(string userOpHash) => _rig.Node.RpcAsync("bundler_getUserOperationStatus", userOpHash);
}
