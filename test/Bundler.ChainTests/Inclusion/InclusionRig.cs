using System.Globalization;
using System.Text.Json;
using Bundler.ChainTests.Spec;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Inclusion;

/// <summary>A chain, a node on it, and accounts that send operations to the node or past it.</summary>
internal sealed class InclusionRig : IAsyncDisposable
{
    private static readonly TimeSpan _deadline = Eventually.Patience;
    private static readonly UInt256 _fee = 5_000_000_000;

    private readonly HttpTransport _http;
    private readonly List<PrivateKey> _keys = [];

    private InclusionRig(AnvilProcess anvil)
    {
        Anvil = anvil;
        _http = new HttpTransport(new HttpTransportOptions { Url = anvil.Url }, TimeProvider.System);
        Eth = new EthClient(_http);
    }

    public AnvilProcess Anvil { get; }

    public EthClient Eth { get; }

    public NodeProcess Node { get; private set; } = null!;

    /// <summary>Somebody who is not the bundler.</summary>
    public static Address Stranger => DevAccounts.All[0].Address;

    public static async Task<InclusionRig> StartAsync(bool withNode = true, AnvilOptions? chain = null)
    {
        await using Started started = new();
        InclusionRig rig = started.Add(new InclusionRig(await AnvilProcess.StartAsync(chain ?? new AnvilOptions())));
        if (withNode)
        {
            await rig.StartNodeAsync();
        }

        return started.HandOver(rig);
    }

    public async Task StartNodeAsync(Uri? chain = null, params string[] arguments) => Node = await NodeProcess.StartAsync(chain ?? Anvil.Url, arguments);

    /// <summary>Like the other, with variables in the node's environment.</summary>
    public async Task StartNodeWithAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        Node = await NodeProcess.StartAsync(Anvil.Url, environment, arguments);

    /// <summary>A funded account that its first operation deploys.</summary>
    public async Task<SimpleAccountWallet> WalletAsync(EntryPointVersion version = EntryPointVersion.V07)
    {
        PrivateKey key = PrivateKey.Generate();
        _keys.Add(key);
        SimpleAccountWallet wallet = await SimpleAccountWallet.CreateAsync(Eth, version, key);
        await Anvil.RpcAsync("anvil_setBalance", wallet.Address.ToLowerHex(), "0xde0b6b3a7640000");
        return wallet;
    }

    public static UserOperation Operation(SimpleAccountWallet wallet, Func<UserOperation, UserOperation>? change = null)
    {
        UserOperation operation = wallet.Operation() with { MaxFeePerGas = _fee, MaxPriorityFeePerGas = _fee };
        return wallet.Sign(change is null ? operation : change(operation));
    }

    /// <summary>An operation without a call, of an account that stands; its signature is the caller's to add.</summary>
    public static UserOperation Operation(Address account) => A.UserOperation() with
    {
        Sender = account,
        CallData = Bytes.Empty,
        VerificationGasLimit = 300_000,
        PreVerificationGas = 100_000,
        MaxFeePerGas = _fee,
        MaxPriorityFeePerGas = _fee,
    };

    /// <summary>Hands an operation to the node; its hash.</summary>
    public Task<string> SendAsync(SimpleAccountWallet wallet, UserOperation operation) => SendAsync(wallet.EntryPoint, operation);

    /// <inheritdoc cref="SendAsync(SimpleAccountWallet, UserOperation)"/>
    public Task<string> SendAsync(EntryPoint entryPoint, UserOperation operation) => Node.SendAsync(entryPoint, operation);

    /// <summary>Sends handleOps past the node, from an account of its own, perhaps through a contract.</summary>
    public async Task<string> BundleAsync(EntryPoint entryPoint, Address? through, params UserOperation[] operations)
    {
        Bytes bundle = entryPoint.Bundles.EncodeHandleOps(operations, Stranger);
        Bytes data = through is null ? bundle : SpecStage.TestArtifact("Forwarder").Abi.Function("forward").EncodeCall(entryPoint.Address, bundle);
        return await TransactAsync(through ?? entryPoint.Address, data);
    }

    /// <summary>The node as it was, after a kill.</summary>
    public async Task RestartNodeAsync(params string[] further)
    {
        NodeProcess killed = Node;
        Node = await killed.RestartAsync(further);
        await killed.DisposeAsync();
    }

    /// <summary>Puts the code of a test contract at an address, and 100 ether.</summary>
    public async Task PutAsync(string contract, Address address)
    {
        await SetCodeAsync(address, SpecStage.TestArtifact(contract).DeployedBytecode);
        await Anvil.RpcAsync("anvil_setBalance", address.ToLowerHex(), "0x56bc75e2d63100000");
    }

    public Task SetCodeAsync(Address address, Bytes code) => Anvil.RpcAsync("anvil_setCode", address.ToLowerHex(), code.ToString());

    public Task SetBalanceAsync(Address address, ulong wei) => Anvil.RpcAsync("anvil_setBalance", address.ToLowerHex(), Hex.EncodeQuantity(wei));

    /// <summary>A rule paymaster with 1 ether of deposit and as much in its hands.</summary>
    public async Task<Address> PaymasterAsync(EntryPoint entryPoint)
    {
        Address paymaster = await DeployAsync("RulePaymaster");
        await SetBalanceAsync(paymaster, 1_000_000_000_000_000_000);
        await TransactAsync(entryPoint.Address, EntryPointCalls.DepositTo.EncodeCall(paymaster), "0xde0b6b3a7640000");
        return paymaster;
    }

    public static UserOperation Sponsored(EntryPoint entryPoint, UserOperation operation, Address paymaster) => operation with
    {
        Paymaster = paymaster,
        PaymasterVerificationGasLimit = entryPoint.Version == EntryPointVersion.V06 ? UInt256.Zero : 200_000,
        PaymasterPostOpGasLimit = entryPoint.Version == EntryPointVersion.V06 ? UInt256.Zero : 50_000,
    };

    /// <summary>Has a rule contract do something in a transaction.</summary>
    public Task<string> ActAsync(Address actor, params Act[] acts) => TransactAsync(actor, Act.Run(acts));

    /// <summary>Plain wei from a stranger, in a block of its own that a reorganisation can undo.</summary>
    public Task<string> TransferAsync(Address to, string value) => TransactAsync(to, Bytes.Empty, value);

    public async Task<Address> DeployAsync(string contract)
    {
        string transaction = await TransactAsync(null, SpecStage.TestArtifact(contract).Bytecode);
        return (await Eth.GetTransactionReceiptAsync(Hash32.Parse(transaction), CancellationToken.None))!.ContractAddress!.Value;
    }

    /// <summary>The receipt of an operation, once there is one that <paramref name="condition"/> likes.</summary>
    public async Task<JsonElement> ReceiptAsync(string userOpHash, Func<JsonElement, bool>? condition = null)
    {
        JsonElement receipt = default;
        await Eventually.Async(
            async () =>
            {
                receipt = await Node.RpcAsync("eth_getUserOperationReceipt", userOpHash);
                return receipt.ValueKind == JsonValueKind.Object && (condition is null || condition(receipt));
            },
            _deadline,
            $"there is a receipt of {userOpHash}; {Node.Output}");
        return receipt;
    }

    /// <summary>Whether the chain really has what a receipt says.</summary>
    public async Task<bool> IsOnChainAsync(JsonElement receipt)
    {
        JsonElement wanted = receipt.GetProperty("receipt");
        TransactionReceipt? there = await Eth.GetTransactionReceiptAsync(Hash32.Parse(wanted.GetProperty("transactionHash").GetString()!), CancellationToken.None);
        return there?.BlockHash.ToString() == wanted.GetProperty("blockHash").GetString();
    }

    public async Task MineAsync(int blocks) => await Anvil.RpcAsync("anvil_mine", string.Create(CultureInfo.InvariantCulture, $"0x{blocks:x}"));

    public async ValueTask DisposeAsync()
    {
        if (Node is not null)
        {
            await Node.DisposeAsync();
        }

        _keys.ForEach(key => key.Dispose());
        _http.Dispose();
        await Anvil.DisposeAsync();
    }

    /// <summary>A transaction of a stranger that is mined and succeeds; its hash.</summary>
    public async Task<string> TransactAsync(Address? to, Bytes data, string value = "0x0")
    {
        object transaction = new { from = Stranger.ToLowerHex(), to = to?.ToLowerHex(), data = data.ToString(), value, gas = "0x989680" };
        string hash = (await Anvil.RpcAsync("eth_sendTransaction", transaction)).GetString()!;
        await Eventually.Async(
            async () => await Eth.GetTransactionReceiptAsync(Hash32.Parse(hash), CancellationToken.None) is { Success: true }, _deadline, $"{hash} is mined and succeeds");
        return hash;
    }
}
