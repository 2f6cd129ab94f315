using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.ChainTests.Clients;
using Bundler.Contracts;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Sponsoring;

/// <summary>A dev chain with a paymaster of ours on each EntryPoint, as scripts/dev makes it, and a node that signs for them.</summary>
internal sealed class SponsorStage : IAsyncDisposable
{
    private readonly Started _started;

    private readonly HttpTransport _http;
    private readonly List<PrivateKey> _keys = [];

    private SponsorStage(Started started, AnvilProcess chain, NodeProcess node)
    {
        (_started, Chain, Node) = (started, chain, node);
        _http = new HttpTransport(new HttpTransportOptions { Url = chain.Url }, TimeProvider.System);
        Eth = new EthClient(_http);
    }

    public AnvilProcess Chain { get; }

    public NodeProcess Node { get; }

    public EthClient Eth { get; }

    /// <summary>Who owns and manages every paymaster here.</summary>
    public static Address Owner => DevAccounts.All[2].Address;

    /// <param name="arguments">Further ones of the node.</param>
    public static async Task<SponsorStage> StartAsync(params string[] arguments)
    {
        Started started = new();
        string folder = Directory.CreateTempSubdirectory("bundler-sponsor-").FullName;
        try
        {
            AnvilProcess chain = started.Add(await AnvilProcess.StartAsync(new AnvilOptions { BlockTimeSeconds = 0.5 }));
            await Script.RunAsync("scripts/chain/paymasters.mjs", () => chain.Output, chain.Url.ToString(), folder);
            NodeProcess node = started.Add(await NodeProcess.StartAsync(chain.Url, ["--config", Path.Combine(folder, "sponsor.json"), .. arguments]));
            return new SponsorStage(started, chain, node);
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>An account of its own without any funds, not deployed yet.</summary>
    public async Task<SimpleAccountWallet> WalletAsync(EntryPointVersion version)
    {
        PrivateKey owner = PrivateKey.Generate();
        _keys.Add(owner);
        return await SimpleAccountWallet.CreateAsync(Eth, version, owner);
    }

    /// <summary>An operation as a wallet asks with it: fees, and no limits.</summary>
    public static JsonObject Ask(SimpleAccountWallet wallet, UserOperation? operation = null)
    {
        JsonObject json = JsonNode.Parse(OperationWire.Of(wallet.EntryPoint, wallet.Sign(operation ?? wallet.Operation())).GetRawText())!.AsObject();
        foreach (string limit in (string[])["callGasLimit", "verificationGasLimit", "preVerificationGas"])
        {
            json[limit] = "0x0";
        }

        return json;
    }

    /// <summary>pm_sponsorUserOperation; the whole answer.</summary>
    public Task<JsonElement> SponsorAsync(SimpleAccountWallet wallet, JsonObject operation, object? context = null) =>
        Node.CallAsync("pm_sponsorUserOperation", operation, wallet.EntryPoint.Address.ToString(), context);

    /// <summary>pm_getPaymasterData; the whole answer.</summary>
    public Task<JsonElement> GrantAsync(SimpleAccountWallet wallet, JsonObject operation, object? context = null) =>
        Node.CallAsync("pm_getPaymasterData", operation, wallet.EntryPoint.Address.ToString(), "0x539", context);

    /// <summary>The operation with what a method has answered in it.</summary>
    public static JsonObject With(JsonObject operation, JsonElement answer)
    {
        JsonObject full = operation.DeepClone().AsObject();
        foreach (JsonProperty field in answer.GetProperty("result").EnumerateObject())
        {
            full[field.Name] = field.Value.GetString();
        }

        return full;
    }

    /// <summary>As the owner, to the paymaster that an answer names.</summary>
    public async Task DoAsync(Address paymaster, string function, params object[] arguments)
    {
        Bytes data = ContractArtifact.NodeVerifyingPaymasterV07.Abi.Function(function).EncodeCall(arguments);
        await Chain.RpcAsync("anvil_impersonateAccount", Owner.ToLowerHex());
        JsonElement hash = await Chain.RpcAsync("eth_sendTransaction", new { from = Owner.ToLowerHex(), to = paymaster.ToLowerHex(), data = data.ToString(), gas = "0x100000" });
        await Eventually.Async(
            async () => await Eth.GetTransactionReceiptAsync(Hash32.Parse(hash.GetString()!), CancellationToken.None) is not null, Eventually.Patience, $"{function} is mined");
    }

    public async ValueTask DisposeAsync()
    {
        _keys.ForEach(key => key.Dispose());
        _http.Dispose();
        await _started.DisposeAsync();
    }
}
