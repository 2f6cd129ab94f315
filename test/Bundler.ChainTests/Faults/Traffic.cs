using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Testing;

namespace Bundler.ChainTests.Faults;

/// <summary>
/// Operations handed to nodes, and the account of them: in = out. What nobody answered is sent again, as a sender would; in the end the
/// chain is asked how often each was included, and by how many transactions.
/// </summary>
internal sealed class Traffic : IDisposable
{
    private static readonly TimeSpan _deadline = Eventually.Patience;
    private static readonly UInt256 _fee = 5_000_000_000;

    private readonly AnvilProcess _anvil;
    private readonly HttpTransport _http;
    private readonly EthClient _eth;
    private readonly PrivateKey _owner = PrivateKey.Generate();
    private readonly List<(SimpleAccountWallet Wallet, UserOperation Operation)> _unanswered = [];
    private readonly List<string> _accepted = [];
    private ulong _salt;

    private Traffic(AnvilProcess anvil)
    {
        _anvil = anvil;
        _http = new HttpTransport(new HttpTransportOptions { Url = anvil.Url }, TimeProvider.System);
        _eth = new EthClient(_http);
    }

    /// <summary>The newest block before any of it.</summary>
    public ulong Begin { get; private set; }

    /// <summary>The hashes of all that was accepted.</summary>
    public IReadOnlyList<string> Accepted
    {
        get
        {
            lock (_accepted)
            {
                return [.. _accepted];
            }
        }
    }

    public static async Task<Traffic> BeginAsync(AnvilProcess anvil)
    {
        Traffic traffic = new(anvil);
        traffic.Begin = await traffic._eth.BlockNumberAsync(CancellationToken.None);
        return traffic;
    }

    /// <summary>Hands new operations of new accounts to a node, all at once, and the second of the first account behind its first.</summary>
    public async Task SendAsync(NodeProcess node, int accounts = 3)
    {
        SimpleAccountWallet[] wallets = await FundAsync(accounts);
        await SendFromAsync(node, wallets);
    }

    /// <summary>Accounts with money and no code.</summary>
    public async Task<SimpleAccountWallet[]> FundAsync(int accounts)
    {
        SimpleAccountWallet[] wallets = new SimpleAccountWallet[accounts];
        for (int i = 0; i < accounts; i++)
        {
            wallets[i] = await SimpleAccountWallet.CreateAsync(_eth, EntryPointVersion.V07, _owner, _salt++);
            await _anvil.RpcAsync("anvil_setBalance", wallets[i].Address.ToLowerHex(), "0xde0b6b3a7640000");
        }

        return wallets;
    }

    /// <inheritdoc cref="SendAsync"/>
    public async Task SendFromAsync(NodeProcess node, params SimpleAccountWallet[] wallets)
    {
        await Task.WhenAll(wallets.Select(wallet => TrySendAsync(node, wallet, Signed(wallet, wallet.Operation()))));
        await TrySendAsync(node, wallets[0], Signed(wallets[0], wallets[0].Operation(deployed: true, nonce: 1)));
    }

    /// <summary>Whatever nobody answered: the node has it or takes it now.</summary>
    public async Task SendAgainAsync(NodeProcess node)
    {
        (SimpleAccountWallet Wallet, UserOperation Operation)[] again = [.. _unanswered];
        _unanswered.Clear();
        foreach ((SimpleAccountWallet wallet, UserOperation operation) in again)
        {
            await TakeAsync(node, wallet, operation);
        }
    }

    /// <summary>One that was refused before, and is taken now.</summary>
    public async Task TakeAsync(NodeProcess node, SimpleAccountWallet wallet, UserOperation operation)
    {
        string hash = HashOf(wallet, operation);
        await Eventually.Async(() => IsTakenAsync(node, wallet, operation), _deadline, $"{hash} is taken");
        _accepted.Add(hash);
    }

    /// <summary>False where the node says that it cannot tell now: on a busy machine a trace may take longer than the test lets its node wait.</summary>
    private static async Task<bool> IsTakenAsync(NodeProcess node, SimpleAccountWallet wallet, UserOperation operation)
    {
        JsonElement answer = await node.OfferAsync(wallet.EntryPoint, operation);
        if (answer.TryGetProperty("result", out JsonElement _) || await IsKnownAsync(node, HashOf(wallet, operation)))
        {
            return true;
        }

        Assert.That(answer.GetProperty("error").GetProperty("code").GetInt32(), Is.AnyOf(RpcErrorCode.Unavailable, RpcErrorCode.TimedOut), $"it was lost, and again it is refused: {answer}");
        return false;
    }

    /// <summary>Whatever was not accepted, refusals too: an Ethereum node that answers now and then makes those as well.</summary>
    public async Task TryAgainAsync(NodeProcess node)
    {
        (SimpleAccountWallet Wallet, UserOperation Operation)[] again = [.. _unanswered];
        _unanswered.Clear();
        foreach ((SimpleAccountWallet wallet, UserOperation operation) in again)
        {
            await TrySendAsync(node, wallet, operation);
        }
    }

    public Task<ulong> BlockNumberAsync() => _eth.BlockNumberAsync(CancellationToken.None);

    /// <summary>Whether the chain has an event of every operation, whatever a node knows of that.</summary>
    public async Task<bool> IsOnChainAsync()
    {
        IReadOnlyList<LogEntry> events = await _eth.GetLogsAsync(
            new LogFilter { FromBlock = BlockTag.Number(Begin), Topics = [[EntryPointEvents.UserOperationEvent.Topic]] }, CancellationToken.None);
        return Accepted.All(hash => events.Any(log => log.Topics[1].ToString() == hash));
    }

    /// <summary>Waits until a node has the receipt of every operation, and the chain has what it says.</summary>
    public async Task IncludedAsync(NodeProcess node)
    {
        foreach (string hash in _accepted)
        {
            await Eventually.Async(async () => await IsIncludedAsync(node, hash), _deadline, $"{hash} is included\n{node.Output}");
        }
    }

    /// <summary>Sends again what nobody answered, waits until all are included, and counts; nothing is left in the mempool.</summary>
    public async Task AssertInIsOutAsync(NodeProcess node)
    {
        await SendAgainAsync(node);
        await IncludedAsync(node);
        await AssertEachOnceAsync();
        await Eventually.Async(
            async () => (await node.RpcAsync("debug_bundler_dumpMempool", Deployments.EntryPointV07.ToString())).GetArrayLength() == 0,
            _deadline,
            $"the mempool is empty\n{node.Output}");
    }

    /// <summary>
    /// In = out: each accepted operation has one UserOperationEvent, and one transaction alone was mined with it; none of those reverted. A
    /// bundle that was sent with a second nonce would be a second transaction.
    /// </summary>
    public async Task AssertEachOnceAsync()
    {
        IReadOnlyList<LogEntry> events = await _eth.GetLogsAsync(
            new LogFilter { FromBlock = BlockTag.Earliest, Topics = [[EntryPointEvents.UserOperationEvent.Topic]] }, CancellationToken.None);
        string[] included = [.. events.Select(log => log.Topics[1].ToString()).Where(_accepted.Contains)];
        Assert.That(included, Is.EquivalentTo(_accepted), "every operation is included once");

        string[] carried = [.. (await MinedBundle.SinceAsync(_anvil, Begin)).SelectMany(bundle => bundle.Operations).Where(_accepted.Contains)];
        Assert.That(carried, Is.EquivalentTo(_accepted), "every operation is in one transaction");
    }

    public void Dispose()
    {
        _owner.Dispose();
        _http.Dispose();
    }

    private async Task TrySendAsync(NodeProcess node, SimpleAccountWallet wallet, UserOperation operation)
    {
        try
        {
            JsonElement answer = await node.OfferAsync(wallet.EntryPoint, operation);
            if (answer.TryGetProperty("result", out JsonElement hash))
            {
                lock (_accepted)
                {
                    _accepted.Add(hash.GetString()!);
                }

                return;
            }
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or TaskCanceledException or JsonException)
        {
            // The node died before it answered.
        }

        lock (_unanswered)
        {
            _unanswered.Add((wallet, operation));
        }
    }

    private async Task<bool> IsIncludedAsync(NodeProcess node, string hash)
    {
        JsonElement answer = await node.RpcAsync("eth_getUserOperationReceipt", hash);
        if (answer.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        JsonElement told = answer.GetProperty("receipt");
        TransactionReceipt? there = await _eth.GetTransactionReceiptAsync(Hash32.Parse(told.GetProperty("transactionHash").GetString()!), CancellationToken.None);
        return there?.BlockHash.ToString() == told.GetProperty("blockHash").GetString();
    }

    /// <summary>Already taken by the life before: it is pending, or has happened.</summary>
    private static async Task<bool> IsKnownAsync(NodeProcess node, string hash) =>
        await node.RpcAsync("bundler_getUserOperationStatus", hash) is { ValueKind: JsonValueKind.Object } status
        && status.GetProperty("status").GetString() is not ("dropped" or "replaced");

    private static UserOperation Signed(SimpleAccountWallet wallet, UserOperation operation) =>
        wallet.Sign(operation with { MaxFeePerGas = _fee, MaxPriorityFeePerGas = _fee });

    private static string HashOf(SimpleAccountWallet wallet, UserOperation operation) => wallet.EntryPoint.Hash(operation, 1337, null).ToString();
}
