using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Engine.Chain;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Submission;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Inclusion;

/// <summary>A chain of blocks with handleOps transactions behind a <see cref="FakeNode"/>; it can fork, and its machines can lag.</summary>
internal sealed class FakeChain
{
    private readonly List<Block> _blocks = [];
    private ulong _fork;

    public FakeChain(ulong first = 100)
    {
        _blocks.Add(new Block(first, A.HashOf(first), A.HashOf(first - 1), []));
        Node = new FakeNode()
            .On("eth_getBlockByNumber", parameters => Find(parameters[0].GetString()!) is { } block ? Header(block) : null)
            .On("eth_getLogs", parameters => LogsOf(parameters[0]))
            .On("eth_getTransactionReceipt", parameters => Receipt(EthereumJson.ReadHash(parameters[0])))
            .On("eth_getBlockReceipts", parameters => BlockReceipts(EthereumJson.ReadHash(parameters[0].GetProperty("blockHash"))))
            .On("eth_getTransactionByHash", parameters => TransactionJson(EthereumJson.ReadHash(parameters[0])));
    }

    public FakeNode Node { get; }

    /// <summary>What eth_getLogs answers to a filter.</summary>
    public JsonArray LogsOf(JsonElement filter) => new([.. Select(filter)]);

    /// <summary>Blocks above are not given: the node lags.</summary>
    public ulong? Visible { get; set; }

    /// <summary>Ranges of logs are answered by a machine that has no events from this block on.</summary>
    public ulong? HidesEventsFrom { get; set; }

    /// <summary>False: headers have empty filters, as on chains that keep none.</summary>
    public bool HasFilters { get; set; } = true;

    /// <summary>Blocks are there, receipts are not yet.</summary>
    public bool HidesReceipts { get; set; }

    /// <summary>The block that the tag "finalized" names; null: the tag is refused.</summary>
    public ulong? Finalized { get; set; }

    /// <summary>More blocks than this in one range of logs are refused.</summary>
    public ulong RangeLimit { get; set; } = ulong.MaxValue;

    public ChainHead Head
    {
        get
        {
            Block top = _blocks[^1];
            return new ChainHead(top.Number, top.Hash, top.Parent, 1_000 + top.Number, 0);
        }
    }

    public BlockMark MarkOf(ulong number) => _blocks.Where(block => block.Number == number).Select(block => new BlockMark(number, block.Hash)).Single();

    /// <summary>A mined transaction's receipt as JSON.</summary>
    public string ReceiptOf(Hash32 transaction) => Receipt(transaction)!.ToJsonString();

    /// <summary>A mined transaction as JSON.</summary>
    public string TransactionOf(Hash32 transaction) => TransactionJson(transaction)!.ToJsonString();

    public static Hash32 HashOf(UserOperation operation) => A.EntryPoint.Hash(operation, 1337, null);

    /// <summary>A block with one transaction that carries these operations; none: an empty block. Returns the transaction.</summary>
    public Hash32 Mine(params UserOperation[] operations) => Mine(A.EntryPoint.Address, operations);

    public Hash32 Mine(Address to, params UserOperation[] operations)
    {
        Block parent = _blocks[^1];
        ulong number = parent.Number + 1;
        Hash32 transaction = Keccak256.Hash(Bytes.Concat(Hash32.From(number).ToBytes(), Hash32.From(_fork).ToBytes()));
        _blocks.Add(new Block(number, Keccak256.Hash(transaction.ToBytes()), parent.Hash, operations.Length == 0 ? [] : [new Mined(transaction, to, operations)]));
        return transaction;
    }

    /// <summary>A block with a transaction of ours: a bundle that succeeded or reverted, or without operations a cancellation.</summary>
    public void MineSigned(StoredTransaction signed, bool success, params UserOperation[] operations)
    {
        Block parent = _blocks[^1];
        Mined mined = new(signed.TransactionHash, A.EntryPoint.Address, operations) { Success = success, From = signed.Signer };
        _blocks.Add(new Block(parent.Number + 1, Keccak256.Hash(Bytes.Concat(signed.TransactionHash.ToBytes(), Hash32.From(_fork).ToBytes())), parent.Hash, [mined]));
    }

    public void MineEmpty(int blocks)
    {
        for (int i = 0; i < blocks; i++)
        {
            Mine();
        }
    }

    /// <summary>The highest blocks leave the chain; what is mined from now on are others.</summary>
    public void Drop(int blocks)
    {
        _blocks.RemoveRange(_blocks.Count - blocks, blocks);
        _fork++;
    }

    public void MoveFirst(ulong number)
    {
        _fork++;
        _blocks.Clear();
        _blocks.Add(new Block(number, Hash32.From(0xf0_0000 + _fork), Hash32.From(0xe0_0000 + _fork), []));
    }

    /// <summary>The block of this number becomes another one, with those above and all below.</summary>
    public void Replace(ulong first, ulong last)
    {
        MoveFirst(first);
        while (_blocks[^1].Number < last)
        {
            Mine();
        }
    }

    private Block? Find(string tag)
    {
        ulong number = tag switch
        {
            "latest" => _blocks[^1].Number,
            "finalized" => Finalized ?? throw new JsonRpcException(new JsonRpcError(-39001, "Unknown block")),
            _ => Hex.DecodeQuantity(tag),
        };
        return number > (Visible ?? ulong.MaxValue) ? null : _blocks.Find(block => block.Number == number);
    }

    private IEnumerable<JsonNode> Select(JsonElement filter)
    {
        if (filter.TryGetProperty("blockHash", out JsonElement hash))
        {
            Block block = _blocks.Find(block => block.Hash == EthereumJson.ReadHash(hash)) ?? throw new JsonRpcException(new JsonRpcError(-32000, "unknown block"));
            return Events(block);
        }

        JsonElement topics = filter.GetProperty("topics");
        ulong from = EthereumJson.ReadUInt64(filter.GetProperty("fromBlock"));
        ulong to = EthereumJson.ReadUInt64(filter.GetProperty("toBlock"));
        return to - from < RangeLimit
            ? _blocks
                .Where(block => block.Number >= from && block.Number <= to && block.Number < (HidesEventsFrom ?? ulong.MaxValue))
                .SelectMany(Events)
                .Where(log => topics.GetArrayLength() < 2 || (string?)log["topics"]![1] == topics[1][0].GetString())
            : throw new JsonRpcException(new JsonRpcError(-32005, "the range is too large"));
    }

    private static IEnumerable<JsonNode> Events(Block block) =>
        block.Transactions.SelectMany(mined => LogsOf(block, mined).Where(log => log["topics"]!.AsArray().Count == 4));

    private static IEnumerable<JsonObject> LogsOf(Block block, Mined mined)
    {
        int index = 0;
        if (!mined.Success || mined.Operations.Count == 0)
        {
            yield break;
        }

        yield return Placed(Logs.BeforeExecution());
        foreach (UserOperation operation in mined.Operations)
        {
            JsonObject log = Logs.Ended(1, paymaster: operation.Paymaster);
            log["topics"]![1] = HashOf(operation).ToString();
            log["topics"]![2] = operation.Sender.ToWord().ToString();
            log["data"] = Bytes.Concat(
                Word(operation.Nonce), Hash32.From(1).ToBytes(), Hash32.From(5_000).ToBytes(), Hash32.From(50).ToBytes()).ToString();
            yield return Placed(log);
        }

        JsonObject Placed(JsonObject log)
        {
            log["blockHash"] = block.Hash.ToString();
            log["blockNumber"] = Hex.EncodeQuantity(block.Number);
            log["transactionHash"] = mined.Hash.ToString();
            log["logIndex"] = Hex.EncodeQuantity((ulong)index++);
            return log;
        }
    }

    private static IEnumerable<Bytes> FilteredOf(JsonObject log) =>
        log["topics"]!.AsArray().Select(topic => Bytes.Parse((string)topic!)).Prepend(Bytes.Parse((string)log["address"]!));

    private static Bytes Word(UInt256 value)
    {
        byte[] word = new byte[Hash32.Size];
        value.WriteBigEndian(word);
        return Bytes.Own(word);
    }

    private JsonObject Header(Block block) => new()
    {
        ["number"] = Hex.EncodeQuantity(block.Number),
        ["hash"] = block.Hash.ToString(),
        ["parentHash"] = block.Parent.ToString(),
        ["timestamp"] = "0x64",
        ["gasLimit"] = "0x3473bc0",
        ["gasUsed"] = "0x0",
        ["transactions"] = new JsonArray([.. block.Transactions.Select(mined => (JsonNode)mined.Hash.ToString())]),
        ["logsBloom"] = Blooms.Of(!HasFilters ? [] : [.. block.Transactions.SelectMany(mined => LogsOf(block, mined)).SelectMany(FilteredOf)]).ToString(),
    };

    private JsonArray? BlockReceipts(Hash32 hash) =>
        _blocks.Find(block => block.Hash == hash) is { } block ? [.. block.Transactions.Select(mined => Receipt(mined.Hash))] : null;

    private JsonObject? Receipt(Hash32 transaction) => HidesReceipts || Locate(transaction) is not { } found ? null : new JsonObject
    {
        ["transactionHash"] = transaction.ToString(),
        ["transactionIndex"] = "0x0",
        ["blockHash"] = found.Block.Hash.ToString(),
        ["blockNumber"] = Hex.EncodeQuantity(found.Block.Number),
        ["from"] = found.Mined.From.ToLowerHex(),
        ["to"] = found.Mined.To.ToLowerHex(),
        ["status"] = found.Mined.Success ? "0x1" : "0x0",
        ["gasUsed"] = "0x5208",
        ["effectiveGasPrice"] = "0x7",
        ["cumulativeGasUsed"] = "0x5208",
        ["logs"] = new JsonArray([.. LogsOf(found.Block, found.Mined)]),
    };

    private JsonObject? TransactionJson(Hash32 transaction) => Locate(transaction) is not { } found ? null : new JsonObject
    {
        ["hash"] = transaction.ToString(),
        ["from"] = A.Account.ToLowerHex(),
        ["to"] = found.Mined.To.ToLowerHex(),
        ["nonce"] = "0x0",
        ["input"] = A.EntryPoint.Bundles.EncodeHandleOps(found.Mined.Operations, A.Account).ToString(),
        ["gas"] = "0x5208",
    };

    private (Block Block, Mined Mined)? Locate(Hash32 transaction)
    {
        foreach (Block block in _blocks)
        {
            if (block.Transactions.FirstOrDefault(mined => mined.Hash == transaction) is { } mined)
            {
                return (block, mined);
            }
        }

        return null;
    }

    private sealed record Block(ulong Number, Hash32 Hash, Hash32 Parent, IReadOnlyList<Mined> Transactions);

    private sealed record Mined(Hash32 Hash, Address To, IReadOnlyList<UserOperation> Operations)
    {
        public bool Success { get; init; } = true;

        public Address From { get; init; } = A.Account;
    }
}
