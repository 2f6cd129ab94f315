using System.Buffers;
using System.Text.Json;
using Bundler.Engine.Chain;
using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>Reads what a range of blocks did to operations: headers and UserOperationEvents in one round trip, receipts in a second one if there are any.</summary>
public sealed class EventReader(EthClient eth, ServedEntryPoints entryPoints)
{
    private readonly Address[] _addresses = [.. entryPoints.All.Select(entryPoint => entryPoint.Address)];

    /// <summary>The blocks of a range in order, or <c>null</c> when the chain moved under the reading: ask again.</summary>
    public async Task<IReadOnlyList<ReadBlock>?> ReadAsync(ulong from, ulong to, CancellationToken cancellationToken)
    {
        EthBatch batch = eth.Batch();
        List<Pending<BlockHeader?>> headers = [];
        for (ulong number = from; number <= to; number++)
        {
            headers.Add(batch.GetBlock(BlockTag.Number(number)));
        }

        Pending<IReadOnlyList<LogEntry>> logs = batch.GetLogs(new LogFilter
        {
            FromBlock = BlockTag.Number(from),
            ToBlock = BlockTag.Number(to),
            Addresses = _addresses,
            Topics = [[EntryPointEvents.UserOperationEvent.Topic]],
        });
        await batch.SendAsync(cancellationToken);

        List<BlockHeader> blocks = [];
        foreach (Pending<BlockHeader?> header in headers)
        {
            if (header.Value is not { } block || (blocks.Count > 0 && blocks[^1].Hash != block.ParentHash))
            {
                return null;
            }

            blocks.Add(block);
        }

        Dictionary<Hash32, List<LogEntry>> byBlock = [];
        foreach (LogEntry log in logs.Value)
        {
            (byBlock.TryGetValue(log.BlockHash, out List<LogEntry>? list) ? list : byBlock[log.BlockHash] = []).Add(log);
        }

        HashSet<Hash32> known = [.. blocks.Select(block => block.Hash)];
        if (byBlock.Keys.Any(hash => !known.Contains(hash)))
        {
            return null;
        }

        IReadOnlyDictionary<Hash32, Carrier> carriers = await ReadCarriersAsync(logs.Value.Select(log => log.TransactionHash).Distinct(), cancellationToken);
        List<ReadBlock> result = [];
        foreach (BlockHeader block in blocks)
        {
            List<IncludedOperation> operations = [];
            List<IndexedReceipt> receipts = [];
            foreach (Hash32 transaction in byBlock.GetValueOrDefault(block.Hash, []).Select(log => log.TransactionHash).Distinct())
            {
                if (!carriers.TryGetValue(transaction, out Carrier? carrier) || carrier.Receipt.BlockHash != block.Hash)
                {
                    return null;
                }

                operations.AddRange(Operations(carrier));
                receipts.Add(new IndexedReceipt(transaction, Json(carrier.Receipt.Raw)));
            }

            result.Add(new ReadBlock(block.ParentHash, new IndexedBlock(new BlockMark(block.Number, block.Hash), operations, receipts)));
        }

        return result;
    }

    /// <summary>The operations that one mined transaction carried.</summary>
    public IReadOnlyList<IncludedOperation> Operations(Carrier carrier)
    {
        List<IncludedOperation> operations = [];
        Dictionary<(Address Sender, UInt256 Nonce), Bytes> sent = Decode(carrier);
        IReadOnlyList<LogEntry> logs = carrier.Receipt.Logs;
        for (int i = 0; i < logs.Count; i++)
        {
            LogEntry log = logs[i];
            if (log.Topics.Count == 0 || log.Topics[0] != EntryPointEvents.UserOperationEvent.Topic || entryPoints.Find(log.Address) is null)
            {
                continue;
            }

            UserOperationEventData happened = UserOperationEventData.Decode(log.Topics, log.Data);
            IReadOnlyList<LogEntry> own = OperationLogs.Slice(logs, i);
            operations.Add(new IncludedOperation(
                happened.UserOpHash,
                log.Address,
                happened.Sender,
                happened.Nonce,
                happened.Paymaster,
                happened.Success,
                happened.ActualGasCost,
                happened.ActualGasUsed,
                happened.Success ? null : Reason(own, log.Address, happened.UserOpHash),
                JsonArray(own),
                sent.TryGetValue((happened.Sender, happened.Nonce), out Bytes json) ? json : null,
                carrier.Receipt.TransactionHash,
                new BlockMark(carrier.Receipt.BlockNumber, carrier.Receipt.BlockHash),
                log.LogIndex));
        }

        return operations;
    }

    /// <summary>Receipt and transaction of each hash, in one round trip.</summary>
    public async Task<IReadOnlyDictionary<Hash32, Carrier>> ReadCarriersAsync(IEnumerable<Hash32> transactions, CancellationToken cancellationToken)
    {
        EthBatch batch = eth.Batch();
        List<(Hash32 Hash, Pending<TransactionReceipt?> Receipt, Pending<TransactionInfo?> Transaction)> asked = [];
        foreach (Hash32 hash in transactions)
        {
            asked.Add((hash, batch.GetTransactionReceipt(hash), batch.GetTransactionByHash(hash)));
        }

        await batch.SendAsync(cancellationToken);
        Dictionary<Hash32, Carrier> carriers = [];
        foreach ((Hash32 hash, Pending<TransactionReceipt?> receipt, Pending<TransactionInfo?> transaction) in asked)
        {
            if (receipt.Value is { } found)
            {
                carriers[hash] = new Carrier(found, transaction.Failed ? null : transaction.Value);
            }
        }

        return carriers;
    }

    /// <summary>
    /// The operations in the transaction's call data by sender and nonce, which no two operations of a chain share; empty when the
    /// EntryPoint was called through another contract.
    /// </summary>
    private Dictionary<(Address Sender, UInt256 Nonce), Bytes> Decode(Carrier carrier)
    {
        if (carrier.Transaction is not { To: { } to } transaction || entryPoints.Find(to) is not { } entryPoint)
        {
            return [];
        }

        Dictionary<(Address Sender, UInt256 Nonce), Bytes> found = [];
        foreach (UserOperation operation in entryPoint.Bundles.DecodeOperations(transaction.Input) ?? [])
        {
            found[(operation.Sender, operation.Nonce)] = OperationJson.Write(entryPoint, operation);
        }

        return found;
    }

    /// <summary>What the EntryPoint says of this operation; anybody else may emit logs that look the same.</summary>
    private static Bytes Reason(IReadOnlyList<LogEntry> logs, Address entryPoint, Hash32 userOpHash)
    {
        foreach (LogEntry log in logs.Where(log => log.Address == entryPoint && log.Topics.Count > 1 && log.Topics[1] == userOpHash))
        {
            if (log.Topics[0] == EntryPointEvents.UserOperationRevertReason.Topic)
            {
                return (Bytes)EntryPointEvents.UserOperationRevertReason.Decode(log.Topics, log.Data)[3];
            }

            if (log.Topics[0] == EntryPointEvents.PostOpRevertReason.Topic)
            {
                return (Bytes)EntryPointEvents.PostOpRevertReason.Decode(log.Topics, log.Data)[3];
            }
        }

        return Bytes.Empty;
    }

    private static Bytes Json(JsonElement element)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            element.WriteTo(writer);
        }

        return Bytes.From(buffer.WrittenSpan);
    }

    private static Bytes JsonArray(IReadOnlyList<LogEntry> logs)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartArray();
            foreach (LogEntry log in logs)
            {
                log.Raw.WriteTo(writer);
            }

            writer.WriteEndArray();
        }

        return Bytes.From(buffer.WrittenSpan);
    }
}

/// <summary>A block of the index with its parent's hash.</summary>
public sealed record ReadBlock(Hash32 ParentHash, IndexedBlock Block);

/// <summary>A mined transaction that carries operations; the transaction itself is missing when the node has pruned it.</summary>
public sealed record Carrier(TransactionReceipt Receipt, TransactionInfo? Transaction);
