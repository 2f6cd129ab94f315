using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Access;

/// <summary>A dev chain behind three URLs that can fail each in its own way, the node that uses them, and accounts with money.</summary>
internal sealed class AccessRig : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = Eventually.Patience;
    private static readonly string[] _names = ["main", "two", "three"];

    private readonly HttpTransport _http;
    private readonly PrivateKey _owner = PrivateKey.Parse(DevAccounts.All[3].PrivateKey);
    private ulong _salt = 70_000;

    private AccessRig(AnvilProcess anvil, IReadOnlyDictionary<string, AccessUrl> urls, NodeProcess node)
    {
        Anvil = anvil;
        Urls = urls;
        Node = node;
        _http = new HttpTransport(new HttpTransportOptions { Url = anvil.Url }, TimeProvider.System);
        Eth = new EthClient(_http);
    }

    public AnvilProcess Anvil { get; }

    /// <summary>By their names in the node's configuration.</summary>
    public IReadOnlyDictionary<string, AccessUrl> Urls { get; }

    public NodeProcess Node { get; }

    /// <summary>Past all proxies.</summary>
    public EthClient Eth { get; }

    public static Task<AccessRig> StartAsync(double blockTimeSeconds, params string[] arguments) => StartAsync(blockTimeSeconds, _ => { }, arguments);

    /// <param name="blockTimeSeconds">Between blocks.</param>
    /// <param name="before">What is wrong with the URLs before the node starts.</param>
    /// <param name="arguments">Further ones for the node.</param>
    public static async Task<AccessRig> StartAsync(
        double blockTimeSeconds, Action<IReadOnlyDictionary<string, AccessUrl>> before, params string[] arguments)
    {
        await using Started started = new();
        AnvilProcess anvil = started.Add(await AnvilProcess.StartAsync(new AnvilOptions { BlockTimeSeconds = blockTimeSeconds }));
        await anvil.RpcAsync("anvil_mine", "0x28");
        Dictionary<string, AccessUrl> urls = [];
        foreach (string name in _names)
        {
            urls[name] = started.Add(await AccessUrl.StartAsync(anvil));
        }

        before(urls);
        NodeProcess node = await NodeProcess.StartAsync(
            urls["main"].Http.Url,
            [
                $"--Bundler:Ethereum:WebSocketUrl={urls["main"].Socket.Url}",
                .. _names.Skip(1).SelectMany(name => (string[])
                [
                    $"--Bundler:Ethereum:Endpoints:{name}:Url={urls[name].Http.Url}", $"--Bundler:Ethereum:Endpoints:{name}:WebSocketUrl={urls[name].Socket.Url}",
                ]),
                "--Bundler:Ethereum:ProbeSeconds=0.5",
                .. arguments,
            ]);
        return started.HandOver(new AccessRig(anvil, urls, node));
    }

    /// <summary>An account with money that is not deployed yet.</summary>
    public async Task<SimpleAccountWallet> WalletAsync()
    {
        SimpleAccountWallet wallet = await SimpleAccountWallet.CreateAsync(Eth, EntryPointVersion.V07, _owner, _salt++);
        await Anvil.RpcAsync("anvil_setBalance", wallet.Address.ToLowerHex(), "0xde0b6b3a7640000");
        return wallet;
    }

    /// <summary>Sends an operation; its hash, and how long the answer took.</summary>
    public async Task<(Hash32 Hash, TimeSpan Took)> SendAsync(SimpleAccountWallet wallet, UserOperation operation)
    {
        long start = TimeProvider.System.GetTimestamp();
        string hash = await Node.SendAsync(wallet.EntryPoint, operation);
        return (Hash32.Parse(hash), TimeProvider.System.GetElapsedTime(start));
    }

    /// <summary>How often the chain has the operation: once is neither lost nor doubled.</summary>
    public async Task<int> CountAsync(Hash32 userOpHash) => (await Anvil.RpcAsync(
        "eth_getLogs",
        new { fromBlock = "0x0", toBlock = "latest", address = Deployments.EntryPointV07.ToLowerHex(), topics = new[] { _event, userOpHash.ToString() } }))
        .GetArrayLength();

    /// <summary>The userOpHash of every operation on the chain, as often as it is there.</summary>
    public async Task<IReadOnlyList<string>> EventsAsync()
    {
        JsonElement logs = await Anvil.RpcAsync(
            "eth_getLogs", new { fromBlock = "0x0", toBlock = "latest", address = Deployments.EntryPointV07.ToLowerHex(), topics = new[] { _event } });
        return [.. logs.EnumerateArray().Select(log => log.GetProperty("topics")[1].GetString()!)];
    }

    public Task MinedAsync(Hash32 userOpHash) => Eventually.Async(async () => await CountAsync(userOpHash) > 0, Deadline, $"{userOpHash} is mined");

    /// <summary>What /health/ready says of a URL.</summary>
    public async Task<JsonElement> HealthAsync(string name) =>
        (await Node.ReadinessAsync()).Body.GetProperty("checks").GetProperty("ethereumNode").GetProperty("data").GetProperty(name);

    /// <summary>Waits for a state, and what /health/ready says then.</summary>
    public async Task<JsonElement> StateAsync(string name, string state)
    {
        JsonElement told = default;
        await Eventually.Async(
            async () => (told = await HealthAsync(name)).GetProperty("state").GetString() == state, Deadline, $"{name} is {state}");
        return told;
    }

    /// <summary>The URL that reads go to now, or as soon as one is fit again.</summary>
    public async Task<string> FirstAsync()
    {
        string? first = null;
        await Eventually.Async(async () => (first = await FindFirstAsync()) is not null, Deadline, "a URL is read from");
        return first!;
    }

    private async Task<string?> FindFirstAsync()
    {
        foreach (string name in _names)
        {
            if ((await HealthAsync(name)).GetProperty("firstFor").GetString()!.Contains("Reads", StringComparison.Ordinal))
            {
                return name;
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        _owner.Dispose();
        _http.Dispose();
        await Node.DisposeAsync();
        foreach (AccessUrl url in Urls.Values)
        {
            await url.DisposeAsync();
        }

        await Anvil.DisposeAsync();
    }

    private static readonly string _event = Keccak256.Hash(
        Bytes.From("UserOperationEvent(bytes32,address,address,uint256,bool,uint256,uint256)"u8)).ToString();
}
