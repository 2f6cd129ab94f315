using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>A dev chain, a node, and accounts with money.</summary>
internal sealed class MethodRig : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = Eventually.Patience;

    private readonly HttpTransport _http;
    private readonly PrivateKey _owner = PrivateKey.Parse(DevAccounts.All[2].PrivateKey);
    private ulong _salt = 7_000;

    private MethodRig(AnvilProcess anvil, NodeProcess node, FaultyProxy? proxy = null)
    {
        Proxy = proxy;
        Anvil = anvil;
        Node = node;
        _http = new HttpTransport(new HttpTransportOptions { Url = anvil.Url }, TimeProvider.System);
        Eth = new EthClient(_http);
    }

    public AnvilProcess Anvil { get; }

    /// <summary>Between the node and the chain, where it was started behind one.</summary>
    public FaultyProxy? Proxy { get; }

    public EthClient Eth { get; }

    public NodeProcess Node { get; }

    public static async Task<MethodRig> StartAsync(AnvilOptions chain, params string[] arguments)
    {
        await using Started started = new();
        AnvilProcess anvil = started.Add(await AnvilProcess.StartAsync(chain));
        NodeProcess node = await NodeProcess.StartAsync(anvil.Url, ["--debug-api", "--Bundler:Admission:MinWithdrawalAgeSeconds=0", .. arguments]);
        return started.HandOver(new MethodRig(anvil, node));
    }

    /// <summary>The node meets the chain through a proxy that can fail; everybody else directly.</summary>
    public static async Task<MethodRig> StartBehindProxyAsync(AnvilOptions chain, params string[] arguments)
    {
        await using Started started = new();
        AnvilProcess anvil = started.Add(await AnvilProcess.StartAsync(chain));
        FaultyProxy proxy = started.Add(await FaultyProxy.StartAsync(anvil.Url));
        return started.HandOver(new MethodRig(anvil, await NodeProcess.StartAsync(proxy.Url, ["--debug-api", .. arguments]), proxy));
    }

    /// <summary>An account that is not deployed yet.</summary>
    public async Task<SimpleAccountWallet> WalletAsync(EntryPointVersion version = EntryPointVersion.V07)
    {
        SimpleAccountWallet wallet = await SimpleAccountWallet.CreateAsync(Eth, version, _owner, _salt++);
        await Anvil.RpcAsync("anvil_setBalance", wallet.Address.ToLowerHex(), "0xde0b6b3a7640000");
        return wallet;
    }

    /// <summary>Answers with the result; an error fails the test.</summary>
    public Task<JsonElement> AskAsync(string method, params object?[] parameters) => Node.RpcAsync(method, parameters);

    /// <summary>The text that a method answers.</summary>
    public async Task<string> TextAsync(string method, params object?[] parameters) => (await AskAsync(method, parameters)).GetString()!;

    /// <summary>The code of the error that a method answers.</summary>
    public async Task<int> RefusalAsync(string method, params object?[] parameters) =>
        (await Node.CallAsync(method, parameters)).GetProperty("error").GetProperty("code").GetInt32();

    public Task<string> SendAsync(SimpleAccountWallet wallet, UserOperation? operation = null) =>
        TextAsync("eth_sendUserOperation", Call(wallet, operation ?? wallet.Signed()));

    public Task<string> BundleAsync() => TextAsync("debug_bundler_sendBundleNow");

    public Task<JsonElement> ReceiptAsync(string hash) => AskAsync("eth_getUserOperationReceipt", hash);

    public async Task<JsonElement> StatusAsync(string hash, params string[] awaited)
    {
        JsonElement status = default;
        await Eventually.Async(
            async () => (status = await AskAsync("bundler_getUserOperationStatus", hash)).ValueKind == JsonValueKind.Object
                && awaited.Contains(status.GetProperty("status").GetString()),
            Deadline,
            $"{hash} is {string.Join(" or ", awaited)}");
        return status;
    }

    /// <summary>An operation and its EntryPoint, as most methods take them.</summary>
    public static object?[] Call(SimpleAccountWallet wallet, UserOperation operation) => [OperationWire.Of(wallet.EntryPoint, operation), wallet.EntryPoint.Address.ToString()];

    public static UInt256 Quantity(JsonElement json, string name) => UInt256.ParseQuantity(json.GetProperty(name).GetString()!);

    public async ValueTask DisposeAsync()
    {
        _owner.Dispose();
        _http.Dispose();
        await Node.DisposeAsync();
        if (Proxy is not null)
        {
            await Proxy.DisposeAsync();
        }

        await Anvil.DisposeAsync();
    }
}
