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
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly AnvilProcess _anvil;
    private readonly HttpTransport _http;
    private readonly PrivateKey _owner = PrivateKey.Parse(DevAccounts.All[2].PrivateKey);
    private ulong _salt = 7_000;

    private MethodRig(AnvilProcess anvil, NodeProcess node)
    {
        _anvil = anvil;
        Node = node;
        _http = new HttpTransport(new HttpTransportOptions { Url = anvil.Url }, TimeProvider.System);
    }

    public NodeProcess Node { get; }

    public static async Task<MethodRig> StartAsync()
    {
        AnvilProcess anvil = await AnvilProcess.StartAsync(new AnvilOptions { BlockTimeSeconds = 0.5 });
        return new MethodRig(anvil, await NodeProcess.StartAsync(anvil.Url, "--debug-api", "--Bundler:Admission:MinWithdrawalAgeSeconds=0"));
    }

    /// <summary>An account that is not deployed yet.</summary>
    public async Task<SimpleAccountWallet> WalletAsync(EntryPointVersion version = EntryPointVersion.V07)
    {
        SimpleAccountWallet wallet = await SimpleAccountWallet.CreateAsync(new EthClient(_http), version, _owner, _salt++);
        await _anvil.RpcAsync("anvil_setBalance", wallet.Address.ToLowerHex(), "0xde0b6b3a7640000");
        return wallet;
    }

    /// <summary>Answers with the result; an error fails the test.</summary>
    public Task<JsonElement> AskAsync(string method, params object?[] parameters) => Node.RpcAsync(method, parameters);

    public async Task<string> SendAsync(SimpleAccountWallet wallet, UserOperation operation) =>
        (await AskAsync("eth_sendUserOperation", Json(wallet, operation), wallet.EntryPoint.Address.ToString())).GetString()!;

    /// <summary>The mode in which nothing is bundled, or the ordinary one.</summary>
    public Task BundleAsync(bool automatically) => AskAsync("debug_bundler_setBundlingMode", automatically ? "auto" : "manual");

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

    public static JsonElement Json(SimpleAccountWallet wallet, UserOperation operation)
    {
        using JsonDocument document = JsonDocument.Parse(Engine.Pool.OperationJson.Write(wallet.EntryPoint, operation).Memory);
        return document.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        _owner.Dispose();
        _http.Dispose();
        await Node.DisposeAsync();
        await _anvil.DisposeAsync();
    }
}
