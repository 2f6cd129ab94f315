using System.Globalization;
using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Submission.Load;

/// <summary>A chain with a block time, the node as its users run it, and many deployed accounts.</summary>
internal sealed class LoadRig : IAsyncDisposable
{
    public const ulong ChainId = 1337;

    private static readonly TimeSpan _deadline = Eventually.Patience;

    private readonly PrivateKey _owner = PrivateKey.Parse(DevAccounts.All[2].PrivateKey);
    private readonly HttpTransport _http;

    private LoadRig(AnvilProcess anvil, FaultyProxy? proxy, NodeProcess node)
    {
        Anvil = anvil;
        Proxy = proxy;
        Node = node;
        _http = new HttpTransport(new HttpTransportOptions { Url = anvil.Url, Timeout = _deadline }, TimeProvider.System);
        Eth = new EthClient(_http);
    }

    public AnvilProcess Anvil { get; }

    /// <summary>Between the node and the chain, when the node's questions are to be counted.</summary>
    public FaultyProxy? Proxy { get; }

    public NodeProcess Node { get; }

    public EthClient Eth { get; }

    public static Address Signer => DevAccounts.All[1].Address;

    public static EntryPoint EntryPoint { get; } = SimpleAccountWallet.EntryPointOf(EntryPointVersion.V07);

    public IReadOnlyList<SimpleAccountWallet> Wallets { get; private set; } = [];

    public static async Task<LoadRig> StartAsync(double? blockTime, int accounts, bool counts, params string[] arguments)
    {
        await using Started started = new();
        AnvilProcess anvil = started.Add(await AnvilProcess.StartAsync(new AnvilOptions { BlockTimeSeconds = blockTime }));
        FaultyProxy? proxy = counts ? started.Add(await FaultyProxy.StartAsync(anvil.Url)) : null;
        string seconds = (blockTime ?? 1).ToString(CultureInfo.InvariantCulture);
        NodeProcess node = started.Add(await NodeProcess.StartAsync(
            proxy?.Url ?? anvil.Url,
            [$"--Bundler:Ethereum:WebSocketUrl={anvil.WebSocketUrl}", $"--Bundler:Chain:BlockTimeSeconds={seconds}", "--debug-api", .. arguments]));
        LoadRig rig = new(anvil, proxy, node);
        await rig.DeployAsync(accounts);
        return started.HandOver(rig);
    }

    /// <summary>A signed operation with limits that fit; every key is a nonce queue of its own.</summary>
    public UserOperation Operation(int account, ulong key, Func<UserOperation, UserOperation>? change = null)
    {
        UserOperation operation = Wallets[account].Operation(deployed: true, new UserOperationNonce(key, 0).Value) with
        {
            CallGasLimit = 60_000,
            VerificationGasLimit = 100_000,
            MaxFeePerGas = 20_000_000_000,
            MaxPriorityFeePerGas = 2_000_000_000,
        };
        return Wallets[account].Sign(change is null ? operation : change(operation));
    }

    public static Hash32 HashOf(UserOperation operation) => EntryPoint.Hash(operation, ChainId, null);

    /// <summary>The node's answer: the hash, or <c>null</c> and the error.</summary>
    public async Task<(Hash32? Hash, string? Error)> SendAsync(UserOperation operation)
    {
        using JsonDocument json = JsonDocument.Parse(Engine.Pool.OperationJson.Write(EntryPoint, operation).Memory);
        JsonElement answer = await Node.CallAsync("eth_sendUserOperation", json.RootElement, EntryPoint.Address.ToString());
        return answer.TryGetProperty("result", out JsonElement hash)
            ? (Hash32.Parse(hash.GetString()), null)
            : (null, answer.GetProperty("error").GetProperty("message").GetString());
    }

    public async Task<UInt256> BalanceAsync(Address account, BlockTag block) => await Eth.GetBalanceAsync(account, block, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        if (Proxy is not null)
        {
            await Proxy.DisposeAsync();
        }

        _http.Dispose();
        _owner.Dispose();
        await Anvil.DisposeAsync();
    }

    /// <summary>First operations in bundles of a dev account's own.</summary>
    private async Task DeployAsync(int accounts)
    {
        SimpleAccountWallet[] wallets = new SimpleAccountWallet[accounts];
        await Parallel.ForAsync(0, accounts, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            wallets[i] = await SimpleAccountWallet.CreateAsync(Eth, EntryPoint.Version, _owner, 1_000 + (ulong)i);
            await Anvil.RpcAsync("anvil_setBalance", wallets[i].Address.ToLowerHex(), "0x8ac7230489e80000");
        });
        Wallets = wallets;
        string from = DevAccounts.All[0].Address.ToLowerHex();
        foreach (SimpleAccountWallet[] chunk in wallets.Chunk(25))
        {
            Bytes data = EntryPoint.Bundles.EncodeHandleOps([.. chunk.Select(wallet => wallet.Signed())], DevAccounts.All[0].Address);
            await Anvil.RpcAsync("eth_sendTransaction", new { from, to = EntryPoint.Address.ToLowerHex(), data = data.ToString(), gas = "0xf42400" });
        }

        await Eventually.Async(
            async () => (await Task.WhenAll(wallets.Chunk(25).Select(chunk => Eth.GetCodeAsync(chunk[^1].Address, BlockTag.Latest, CancellationToken.None))))
                .All(code => !code.IsEmpty),
            _deadline,
            "the accounts' code");
    }
}
