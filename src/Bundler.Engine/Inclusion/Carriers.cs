using System.Buffers;
using System.Text.Json;
using Bundler.Engine.Chain;
using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>Mined transactions that carry operations, read from the node and taken apart.</summary>
public sealed class Carriers(EthClient eth, ServedEntryPoints entryPoints)
{
    /// <summary>Transactions whose call data is asked for in one round trip; each may have as much as a node takes.</summary>
    private const int CallDataAtOnce = 16;

    /// <summary>A block's share of the index, from those of its transactions that carry operations.</summary>
    public IndexedBlock Block(BlockMark mark, IReadOnlyCollection<Carrier> carriers) => new(
        mark,
        [.. carriers.SelectMany(Operations)],
        [.. carriers.Select(carrier => new IndexedReceipt(carrier.Receipt.TransactionHash, Json(carrier.Receipt.Raw)))]);

    /// <summary>The operations of transactions that are not ours, from the EntryPoints' events alone; nobody's logs are read for it.</summary>
    /// <param name="events">What <see cref="BlockEvents"/> tells, in the order of the blocks.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<IncludedOperation>> GlimpseAsync(IEnumerable<LogEntry> events, CancellationToken cancellationToken)
    {
        List<IncludedOperation> operations = [];
        foreach (IGrouping<Hash32, LogEntry>[] part in events.GroupBy(log => log.TransactionHash).Chunk(CallDataAtOnce))
        {
            EthBatch batch = eth.Batch();
            Pending<TransactionInfo?>[] asked = [.. part.Select(transaction => batch.GetTransactionByHash(transaction.Key))];
            await batch.SendAsync(cancellationToken);
            for (int i = 0; i < part.Length; i++)
            {
                LogEntry[] own = [.. part[i]];
                operations.AddRange(Operations(
                    part[i].Key, new BlockMark(own[0].BlockNumber, own[0].BlockHash), own, asked[i].Failed ? null : asked[i].Value, _ => Bytes.Empty));
            }
        }

        return operations;
    }

    /// <summary>The operations that one mined transaction carried.</summary>
    public IReadOnlyList<IncludedOperation> Operations(Carrier carrier) => Operations(
        carrier.Receipt.TransactionHash,
        new BlockMark(carrier.Receipt.BlockNumber, carrier.Receipt.BlockHash),
        carrier.Receipt.Logs,
        carrier.Transaction,
        JsonArray);

    private List<IncludedOperation> Operations(
        Hash32 transactionHash, BlockMark block, IReadOnlyList<LogEntry> logs, TransactionInfo? transaction, Func<IReadOnlyList<LogEntry>, Bytes> write)
    {
        List<IncludedOperation> operations = [];
        Dictionary<(Address Sender, UInt256 Nonce), Bytes> sent = Decode(transaction);
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
                write(own),
                sent.TryGetValue((happened.Sender, happened.Nonce), out Bytes json) ? json : null,
                transactionHash,
                block,
                log.LogIndex));
        }

        return operations;
    }

    /// <summary>Receipt and transaction of each hash, in one round trip; <c>null</c> where the receipt is too large to be read, nothing where there is none.</summary>
    public async Task<IReadOnlyDictionary<Hash32, Carrier?>> ReadAsync(IEnumerable<Hash32> transactions, CancellationToken cancellationToken)
    {
        EthBatch batch = eth.Batch();
        List<(Hash32 Hash, Pending<TransactionReceipt?> Receipt, Pending<TransactionInfo?> Transaction)> asked = [];
        foreach (Hash32 hash in transactions)
        {
            asked.Add((hash, batch.GetTransactionReceipt(hash), batch.GetTransactionByHash(hash)));
        }

        await batch.SendAsync(cancellationToken);
        Dictionary<Hash32, Carrier?> carriers = [];
        foreach ((Hash32 hash, Pending<TransactionReceipt?> receipt, Pending<TransactionInfo?> transaction) in asked)
        {
            if (receipt.Error is { Code: JsonRpcError.Oversized })
            {
                carriers[hash] = null;
            }
            else if (receipt.Value is { } found)
            {
                carriers[hash] = new Carrier(found, transaction.Failed ? null : transaction.Value);
            }
        }

        return carriers;
    }

    /// <summary>One transaction that carried operations; <c>null</c> when the node has it no more.</summary>
    /// <exception cref="TransportException">Its receipt is larger than is read: it is there, and cannot be told.</exception>
    public async Task<Carrier?> FindAsync(Hash32 transaction, CancellationToken cancellationToken) =>
        !(await ReadAsync([transaction], cancellationToken)).TryGetValue(transaction, out Carrier? carrier) ? null
        : carrier ?? throw new TransportException(TransportFault.TooLarge, $"the receipt of {transaction} is larger than is read");

    /// <summary>
    /// The operations in the transaction's call data by sender and nonce, which no two operations of a chain share; empty when the
    /// EntryPoint was called through another contract.
    /// </summary>
    private Dictionary<(Address Sender, UInt256 Nonce), Bytes> Decode(TransactionInfo? transaction)
    {
        if (transaction is not { To: { } to } || entryPoints.Find(to) is not { } entryPoint)
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

/// <summary>A mined transaction that carries operations; the transaction itself is missing when the node has pruned it.</summary>
public sealed record Carrier(TransactionReceipt Receipt, TransactionInfo? Transaction);
