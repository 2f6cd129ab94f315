using System.Collections.Concurrent;
using System.Text.Json;
using Bundler.ChainTests.Clients;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Paymasters;

/// <summary>A dev chain with a paymaster of ours on each EntryPoint, a node that signs for them, and accounts without any funds. The node may be killed and started again.</summary>
internal sealed class SponsoredRig : IAsyncDisposable
{
    private static readonly AbiFunction _execute = AbiFunction.Parse("execute(address dest,uint256 value,bytes func)");

    /// <summary>PUSH1 0 PUSH1 0 REVERT.</summary>
    private const string AlwaysReverts = "0x60006000fd";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bundler-sponsored-");
    private readonly PrivateKey _owner = PrivateKey.Generate();
    private readonly HttpTransport _http;
    private readonly ConcurrentBag<string> _accepted = [];

    private SponsoredRig(AnvilProcess chain)
    {
        Chain = chain;
        _http = new HttpTransport(new HttpTransportOptions { Url = chain.Url }, TimeProvider.System);
        Eth = new EthClient(_http);
    }

    public AnvilProcess Chain { get; }

    public EthClient Eth { get; }

    public NodeProcess Node { get; private set; } = null!;

    /// <summary>The hashes of all operations that the node took.</summary>
    public IReadOnlyCollection<string> Accepted => _accepted;

    /// <summary>The paymasters, each with its EntryPoint.</summary>
    public IReadOnlyList<(Address Paymaster, EntryPoint EntryPoint)> Paymasters { get; private set; } = [];

    /// <param name="arguments">Further ones of the node.</param>
    public static async Task<SponsoredRig> StartAsync(params string[] arguments)
    {
        await using Started started = new();
        SponsoredRig rig = started.Add(new SponsoredRig(await AnvilProcess.StartAsync(new AnvilOptions { BlockTimeSeconds = 0.5 })));
        await Script.RunAsync("scripts/chain/paymasters.mjs", () => rig.Chain.Output, rig.Chain.Url.ToString(), rig._folder.FullName);
        string config = Path.Combine(rig._folder.FullName, "sponsor.json");
        JsonElement configured = JsonElement.Parse(await File.ReadAllTextAsync(config)).GetProperty("Bundler").GetProperty("Sponsor").GetProperty("Paymasters");
        rig.Paymasters =
        [
            .. configured.EnumerateObject().Select(each => (
                Address.Parse(each.Value.GetProperty("Address").GetString()!),
                SimpleAccountWallet.EntryPointOf(Enum.Parse<EntryPointVersion>(each.Name, ignoreCase: true)))),
        ];
        rig.Node = await NodeProcess.StartAsync(rig.Chain.Url, ["--config", config, "--Bundler:Rpc:OperatorAddress=127.0.0.1:0", .. arguments]);
        return started.HandOver(rig);
    }

    public Task<SimpleAccountWallet> WalletAsync(EntryPointVersion version, int salt) => SimpleAccountWallet.CreateAsync(Eth, version, _owner, (ulong)salt);

    /// <summary>An operation with the fees that the node suggests and without limits.</summary>
    public async Task<UserOperation> OperationAsync(SimpleAccountWallet wallet, int round)
    {
        JsonElement fees = (await Node.RpcAsync("pimlico_getUserOperationGasPrice")).GetProperty("fast");
        return wallet.Operation(deployed: round > 0, nonce: (ulong)round) with
        {
            MaxFeePerGas = QuantityOf(fees, "maxFeePerGas"),
            MaxPriorityFeePerGas = QuantityOf(fees, "maxPriorityFeePerGas"),
            CallGasLimit = UInt256.Zero,
            VerificationGasLimit = UInt256.Zero,
            PreVerificationGas = UInt256.Zero,
        };
    }

    /// <summary>The same, estimated and granted.</summary>
    public async Task<UserOperation> GrantedAsync(SimpleAccountWallet wallet, UserOperation operation) => With(
        operation, await Node.RpcAsync("pm_sponsorUserOperation", Wire(wallet, operation), wallet.EntryPoint.Address.ToString()));

    /// <summary>A granted operation with another call, granted anew: it replaces the other. What it calls reverts as soon as it is granted.</summary>
    public async Task<UserOperation> FailingAsync(SimpleAccountWallet wallet, UserOperation granted)
    {
        Address target = new(Keccak256.Hash(granted.PaymasterData.Span).Span[..Address.Size]);
        UserOperation failing = granted with
        {
            CallData = _execute.EncodeCall(target, UInt256.Zero, Bytes.Parse("0xdeadbeef")),
            PreVerificationGas = granted.PreVerificationGas + 1_000,
            Paymaster = null,
            PaymasterData = Bytes.Empty,
            PaymasterVerificationGasLimit = UInt256.Zero,
        };
        UserOperation replacing = With(failing, await Node.RpcAsync(
            "pm_getPaymasterData", Wire(wallet, failing), wallet.EntryPoint.Address.ToString(), "0x539", new { }));
        await Chain.RpcAsync("anvil_setCode", target.ToLowerHex(), AlwaysReverts);
        return replacing;
    }

    public async Task SendAsync(SimpleAccountWallet wallet, UserOperation granted) =>
        _accepted.Add(await Node.SendAsync(wallet.EntryPoint, wallet.Sign(granted)));

    public async Task IncludedAsync()
    {
        foreach (string hash in _accepted)
        {
            await Eventually.Async(
                async () => (await Node.RpcAsync("eth_getUserOperationReceipt", hash)).ValueKind == JsonValueKind.Object,
                Eventually.Patience, $"{hash} is included; {Node.Output}");
        }
    }

    /// <summary>How many of the included operations failed.</summary>
    public async Task<int> FailedAsync()
    {
        int failed = 0;
        foreach (string hash in _accepted)
        {
            failed += (await Node.RpcAsync("eth_getUserOperationReceipt", hash)).GetProperty("success").GetBoolean() ? 0 : 1;
        }

        return failed;
    }

    /// <summary>The windows of all grants are over, and so is the finality of the blocks in which they could have been.</summary>
    public async Task OutliveGrantsAsync()
    {
        await Chain.RpcAsync("evm_increaseTime", 700);
        await Chain.RpcAsync("anvil_mine", "0x60");
    }

    /// <summary>What the node tells of its ledger.</summary>
    public async Task<JsonElement> LedgerAsync()
    {
        (int status, string body) = await Node.GetOperatorsAsync("/sponsor/ledger");
        Assert.That(status, Is.EqualTo(200), body);
        return JsonElement.Parse(body);
    }

    /// <summary>wei that living grants of a paymaster may still take.</summary>
    public async Task<UInt256> LivingAsync(Address paymaster)
    {
        JsonElement ledger = (await LedgerAsync()).GetProperty(paymaster.ToString());
        return Wei(ledger, "reservedWei") + Wei(ledger, "unseenWei") + Wei(ledger, "seenWei");
    }

    public async Task<UInt256> DepositAsync(Address paymaster, EntryPoint entryPoint)
    {
        CallRequest call = new() { To = entryPoint.Address, Data = EntryPointCalls.BalanceOf.EncodeCall(paymaster) };
        return (UInt256)EntryPointCalls.BalanceOf.DecodeResult(await Eth.CallAsync(call, BlockTag.Latest, CancellationToken.None))[0];
    }

    /// <summary>Another life of the node on the same data.</summary>
    public async Task RestartAsync(params string[] further)
    {
        NodeProcess ended = Node;
        Node = await ended.RestartAsync(further);
        await ended.DisposeAsync();
    }

    public static UInt256 Wei(JsonElement json, string name) => UInt256.ParseDecimal(json.GetProperty(name).GetString());

    public async ValueTask DisposeAsync()
    {
        if (Node is not null)
        {
            await Node.DisposeAsync();
        }

        _owner.Dispose();
        _http.Dispose();
        await Chain.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Any signature of the account's owner has the form of the right one.</summary>
    public static JsonElement Wire(SimpleAccountWallet wallet, UserOperation operation) => OperationWire.Of(wallet.EntryPoint, wallet.Sign(operation));

    private static UserOperation With(UserOperation operation, JsonElement answer)
    {
        UserOperation granted = operation with
        {
            CallGasLimit = QuantityOf(answer, "callGasLimit", operation.CallGasLimit),
            VerificationGasLimit = QuantityOf(answer, "verificationGasLimit", operation.VerificationGasLimit),
            PreVerificationGas = QuantityOf(answer, "preVerificationGas", operation.PreVerificationGas),
        };
        if (answer.TryGetProperty("paymasterAndData", out JsonElement joined))
        {
            Bytes data = Bytes.Parse(joined.GetString()!);
            return granted with { Paymaster = new Address(data.Span[..Address.Size]), PaymasterData = Bytes.From(data.Span[Address.Size..]) };
        }

        return granted with
        {
            Paymaster = Address.Parse(answer.GetProperty("paymaster").GetString()!),
            PaymasterData = Bytes.Parse(answer.GetProperty("paymasterData").GetString()!),
            PaymasterVerificationGasLimit = QuantityOf(answer, "paymasterVerificationGasLimit"),
            PaymasterPostOpGasLimit = QuantityOf(answer, "paymasterPostOpGasLimit"),
        };
    }

    private static UInt256 QuantityOf(JsonElement json, string name, UInt256 otherwise = default) =>
        json.TryGetProperty(name, out JsonElement value) ? UInt256.ParseQuantity(value.GetString()) : otherwise;
}
