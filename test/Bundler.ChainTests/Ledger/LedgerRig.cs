using System.Collections.Concurrent;
using System.Text.Json;
using Bundler.ChainTests.Spec;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using OperationJson = Bundler.Engine.Pool.OperationJson;

namespace Bundler.ChainTests.Ledger;

/// <summary>A chain with a block twice a second, a node with four signers, and accounts of every EntryPoint version that send round by round.</summary>
internal sealed class LedgerRig : IAsyncDisposable
{
    private const string Phrase = "test test test test test test test test test test test junk";
    private const int Signers = 4;
    private const int Paymasters = 8;

    private static readonly TimeSpan _deadline = Eventually.Patience;
    private static readonly UInt256 _fee = 5_000_000_000;
    private static readonly AbiFunction _execute = AbiFunction.Parse("execute(address dest,uint256 value,bytes func)");
    private static readonly AbiFunction _depositTo = AbiFunction.Parse("depositTo(address account)");
    private static readonly EntryPointVersion[] _versions = [EntryPointVersion.V06, EntryPointVersion.V07, EntryPointVersion.V08, EntryPointVersion.V09];

    private readonly AnvilProcess _anvil;
    private readonly HttpTransport _http;
    private readonly string _phraseFile = Path.GetTempFileName();
    private readonly PrivateKey _owner = PrivateKey.Generate();
    private readonly List<SimpleAccountWallet> _wallets = [];
    private readonly ConcurrentDictionary<(int Wallet, int Round), string> _hashes = [];
    private NodeProcess _node = null!;

    private LedgerRig(AnvilProcess anvil, Address beneficiary)
    {
        _anvil = anvil;
        _http = new HttpTransport(new HttpTransportOptions { Url = anvil.Url }, TimeProvider.System);
        Eth = new EthClient(_http);
        Audit = new LedgerAudit(Eth, [.. DevAccounts.All.Skip(1).Take(Signers).Select(account => account.Address)], beneficiary);
    }

    public EthClient Eth { get; }

    public LedgerAudit Audit { get; }

    public static async Task<LedgerRig> StartAsync(Address beneficiary, int walletsOfEach)
    {
        await using Started started = new();
        LedgerRig rig = started.Add(new LedgerRig(await AnvilProcess.StartAsync(new AnvilOptions { BlockTimeSeconds = 0.5 }), beneficiary));
        for (int i = 0; i < Paymasters; i++)
        {
            await rig.PutPaymasterAsync(PaymasterAt(i));
        }

        for (int i = 0; i < walletsOfEach; i++)
        {
            foreach (EntryPointVersion version in _versions)
            {
                SimpleAccountWallet wallet = await SimpleAccountWallet.CreateAsync(rig.Eth, version, rig._owner, (ulong)i);
                await rig._anvil.RpcAsync("anvil_setBalance", wallet.Address.ToLowerHex(), "0xde0b6b3a7640000");
                rig._wallets.Add(wallet);
            }
        }

        // Below every block that will leave the chain.
        await rig._anvil.RpcAsync("anvil_mine", "0x5");
        await File.WriteAllTextAsync(rig._phraseFile, Phrase);
        rig._node = await NodeProcess.StartAsync(
            rig._anvil.Url,
            "--debug-api",
            $"--Bundler:Signing:MnemonicFile={rig._phraseFile}",
            "--Bundler:Signing:MnemonicFirstIndex=1",
            $"--Bundler:Signing:MnemonicCount={Signers}",
            $"--Bundler:Bundling:Beneficiary={beneficiary}",
            "--Bundler:Rpc:OperatorAddress=127.0.0.1:0");
        return started.HandOver(rig);
    }

    /// <summary>One operation of each account; what the node knows already is not sent again.</summary>
    public Task SendRoundAsync(int round) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, _wallets.Count),
            new ParallelOptions { MaxDegreeOfParallelism = 6 },
            async (wallet, token) => await Eventually.Async(
                () => SendAsync(wallet, round), _deadline, $"operation {round} of account {wallet} is taken; {_node.Output}", token));

    public async Task IncludedAsync(int round)
    {
        foreach (int wallet in Enumerable.Range(0, _wallets.Count))
        {
            string hash = _hashes[(wallet, round)];
            await Eventually.Async(
                async () => (await _node.RpcAsync("eth_getUserOperationReceipt", hash)).ValueKind == JsonValueKind.Object,
                _deadline,
                $"{hash} of round {round} is included; {_node.Output}");
        }
    }

    /// <summary>The highest blocks leave the chain, and the node has noticed.</summary>
    public async Task ReorganiseAsync(int depth)
    {
        await _anvil.RpcAsync("anvil_reorg", depth, Array.Empty<object>());
        await Eventually.Async(
            async () => (await _node.GetOperatorsAsync("/metrics")).Body.Contains("\nbundler_reorganisations_total 1\n", StringComparison.Ordinal),
            _deadline,
            $"the reorganisation is noticed; {_node.Output}");
    }

    /// <summary>kill -9 as soon as a bundle is on its way, and another life on the same data.</summary>
    public async Task KillAndRestartAsync()
    {
        NodeProcess killed = _node;
        await killed.KillAsync();
        _node = await killed.RestartAsync();
        await killed.DisposeAsync();
    }

    /// <summary>Every operation is in the ledger, and every nonce that a signer used.</summary>
    public async Task SettledAsync(int operations, TimeSpan deadline)
    {
        string last = "";
        await Eventually.Async(
            async () =>
            {
                JsonElement totals = await LedgerAsync("totals");
                last = totals.GetProperty("total").ToString();
                return await Audit.IsSettledAsync(totals, operations);
            },
            deadline,
            $"the ledger has {operations} operations and every nonce: {last}; {_node.Output}");
    }

    public async Task<JsonElement> LedgerAsync(string path)
    {
        (int status, string body) = await _node.GetOperatorsAsync($"/ledger/{path}");
        Assert.That(status, Is.EqualTo(200), body);
        return JsonElement.Parse(body);
    }

    /// <summary>All entries, page by page.</summary>
    public async Task<JsonElement[]> EntriesAsync()
    {
        List<JsonElement> entries = [];
        for (string? cursor = ""; cursor is not null;)
        {
            JsonElement page = await LedgerAsync($"bundles?limit=7{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}");
            entries.AddRange(page.GetProperty("bundles").EnumerateArray());
            cursor = page.GetProperty("nextCursor").GetString();
        }

        return [.. entries];
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        File.Delete(_phraseFile);
        _owner.Dispose();
        _http.Dispose();
        await _anvil.DisposeAsync();
    }

    private static Address PaymasterAt(int index) => Address.FromWord(Hash32.From(0xfa57e0 + (ulong)index).Span);

    private async Task PutPaymasterAsync(Address paymaster)
    {
        await _anvil.RpcAsync("anvil_setCode", paymaster.ToLowerHex(), SpecStage.TestArtifact("RulePaymaster").DeployedBytecode.ToString());
        foreach (EntryPointVersion version in _versions)
        {
            await _anvil.RpcAsync("eth_sendTransaction", new
            {
                from = DevAccounts.All[0].Address.ToLowerHex(),
                to = SimpleAccountWallet.EntryPointOf(version).Address.ToLowerHex(),
                value = "0xde0b6b3a7640000",
                data = _depositTo.EncodeCall(paymaster).ToString(),
            });
        }
    }

    private async Task<bool> SendAsync(int wallet, int round)
    {
        SimpleAccountWallet from = _wallets[wallet];
        UserOperation operation = Operation(from, wallet, round);
        string hash = from.EntryPoint.Hash(operation, 1337, null).ToString();
        _hashes[(wallet, round)] = hash;
        JsonElement answer = await _node.OfferAsync(from.EntryPoint, operation);
        return answer.TryGetProperty("result", out JsonElement _)
            || (await _node.RpcAsync("bundler_getUserOperationStatus", hash)) is { ValueKind: JsonValueKind.Object } status
                && status.GetProperty("status").GetString() is not ("dropped" or "replaced");
    }

    /// <summary>Every fifth reverts in its execution, every fifth is paid for by a paymaster.</summary>
    private static UserOperation Operation(SimpleAccountWallet wallet, int index, int round)
    {
        UserOperation operation = wallet.Operation(deployed: round > 0, nonce: (ulong)round) with { MaxFeePerGas = _fee, MaxPriorityFeePerGas = _fee };
        int kind = (index + round) % 5;
        bool isV06 = wallet.EntryPoint.Version == EntryPointVersion.V06;
        return wallet.Sign(kind switch
        {
            0 => operation with { CallData = _execute.EncodeCall(wallet.EntryPoint.Address, UInt256.Zero, Bytes.Parse("0xdeadbeef")) },
            1 => operation with
            {
                Paymaster = PaymasterAt(index % Paymasters),
                PaymasterVerificationGasLimit = isV06 ? UInt256.Zero : 60_000,
                PaymasterPostOpGasLimit = isV06 ? UInt256.Zero : 10_000,
            },
            _ => operation,
        });
    }
}
