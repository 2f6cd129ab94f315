using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Submission;

/// <summary>A node with a pool that takes replacements and a chain that mines on command, as far as submission can see it.</summary>
internal sealed class SmallChain
{
    private readonly Dictionary<(Address Sender, ulong Nonce), SignedTransaction> _pool = [];
    private readonly Dictionary<Hash32, JsonNode> _receipts = [];
    private readonly Dictionary<Address, ulong> _nonces = [];

    public SmallChain() => Restore();

    public FakeNode Node { get; } = new();

    /// <summary>The node answers as it should again.</summary>
    public void Restore() => Node
        .On("eth_gasPrice", _ => Hex.EncodeQuantity(BaseFee + 10))
        .On("eth_getBalance", parameters => Hex.EncodeQuantity(BalanceOf(AddressIn(parameters))))
        .On("eth_getTransactionCount", NonceOf)
        .On("eth_getTransactionReceipt", ReceiptOf)
        .On("eth_sendRawTransaction", parameters => Take(Bytes.Parse(parameters[0].GetString())).ToString());

    public JsonNode? ReceiptOf(JsonElement parameters) => _receipts.GetValueOrDefault(Hash32.Parse(parameters[0].GetString()))?.DeepClone();

    /// <summary>wei per gas of the coming block.</summary>
    public ulong BaseFee { get; set; } = 20;

    public ulong BlockNumber { get; private set; } = 1;

    /// <summary>Everything mined, in order.</summary>
    public List<SignedTransaction> Mined { get; } = [];

    public IReadOnlyCollection<SignedTransaction> Pool => _pool.Values;

    /// <summary>wei, of everybody who is not named in <see cref="Balances"/>.</summary>
    public ulong Balance { get; set; } = 1_000_000_000_000_000_000;

    public Dictionary<Address, ulong> Balances { get; } = [];

    /// <summary>Set: refuses every transaction with it.</summary>
    public string? Refusal { get; set; }

    /// <summary>wei per gas that a transaction must offer at least.</summary>
    public ulong MinimumTip { get; set; }

    /// <summary>Set: what is mined reverts.</summary>
    public bool Reverts { get; set; }

    public void SetNonce(Address account, ulong nonce) => _nonces[account] = nonce;

    /// <summary>One block with everything that fits the accounts' nonces.</summary>
    public void Mine()
    {
        BlockNumber++;
        while (_pool.FirstOrDefault(pending => pending.Key.Nonce == _nonces.GetValueOrDefault(pending.Key.Sender) && MaxFeeOf(pending.Value) >= BaseFee)
            is { Value: { } next } pending)
        {
            _pool.Remove(pending.Key);
            _nonces[pending.Key.Sender] = pending.Key.Nonce + 1;
            Mined.Add(next);
            _receipts[next.Hash] = Receipt(next, pending.Key.Sender);
        }
    }

    /// <summary>Every transaction that reached the node, taken or not, in order.</summary>
    public List<SignedTransaction> Heard { get; } = [];

    /// <summary>Nobody has it any more.</summary>
    public void Forget() => _pool.Clear();

    /// <summary>Nobody has the transactions with this nonce any more.</summary>
    public void Forget(ulong nonce)
    {
        foreach ((Address Sender, ulong Nonce) key in _pool.Keys.Where(key => key.Nonce == nonce).ToArray())
        {
            _pool.Remove(key);
        }
    }

    private ulong BalanceOf(Address account) => Balances.TryGetValue(account, out ulong own) ? own : Balance;

    private JsonNode NonceOf(JsonElement parameters)
    {
        Address account = AddressIn(parameters);
        ulong nonce = _nonces.GetValueOrDefault(account);
        if (parameters[1].GetString() == "pending")
        {
            while (_pool.ContainsKey((account, nonce)))
            {
                nonce++;
            }
        }

        return Hex.EncodeQuantity(nonce);
    }

    private Hash32 Take(Bytes raw)
    {
        SignedTransaction signed = Transaction.Decode(raw);
        Address sender = signed.RecoverSender()!.Value;
        Heard.Add(signed);
        if (Refusal is { } refusal)
        {
            throw Error(refusal);
        }

        if (TipOf(signed) < MinimumTip)
        {
            throw Error($"transaction underpriced: gas tip cap {TipOf(signed)}, minimum needed {MinimumTip}");
        }

        if (signed.Transaction.Nonce < _nonces.GetValueOrDefault(sender))
        {
            throw Error("nonce too low");
        }

        if (_pool.TryGetValue((sender, signed.Transaction.Nonce), out SignedTransaction? known))
        {
            if (known.Hash == signed.Hash)
            {
                throw Error("already known");
            }

            if (TipOf(signed) * 100 < TipOf(known) * 110)
            {
                throw Error("replacement transaction underpriced");
            }
        }

        _pool[(sender, signed.Transaction.Nonce)] = signed;
        return signed.Hash;
    }

    private static UInt256 TipOf(SignedTransaction signed) => signed.Transaction switch
    {
        FeeMarketTransaction feeMarket => feeMarket.MaxPriorityFeePerGas,
        SetCodeTransaction setCode => setCode.MaxPriorityFeePerGas,
        _ => 0,
    };

    private static UInt256 MaxFeeOf(SignedTransaction signed) => signed.Transaction switch
    {
        FeeMarketTransaction feeMarket => feeMarket.MaxFeePerGas,
        SetCodeTransaction setCode => setCode.MaxFeePerGas,
        _ => 0,
    };

    private static Address AddressIn(JsonElement parameters) => Address.Parse(parameters[0].GetString());

    private static JsonRpcException Error(string message) => new(new JsonRpcError(-32000, message, null));

    private JsonObject Receipt(SignedTransaction signed, Address sender) => new()
    {
        ["transactionHash"] = signed.Hash.ToString(),
        ["transactionIndex"] = "0x0",
        ["blockHash"] = Hash32.From(BlockNumber).ToString(),
        ["blockNumber"] = Hex.EncodeQuantity(BlockNumber),
        ["from"] = sender.ToLowerHex(),
        ["to"] = signed.Transaction.To?.ToLowerHex(),
        ["status"] = Reverts ? "0x0" : "0x1",
        ["gasUsed"] = "0x5208",
        ["cumulativeGasUsed"] = "0x5208",
        ["logs"] = new JsonArray(),
    };
}
