using System.Text.Json;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Access;

/// <summary>
/// What an answer about the past shows to be untrue by itself, without another question: it is of something else than was asked, or its parts contradict
/// each other. Pure; only what everybody who tells the truth fulfils.
/// </summary>
public static class AnswerTruth
{
    private const string Receipt = "eth_getTransactionReceipt";
    private const string Receipts = "eth_getBlockReceipts";
    private const string Logs = "eth_getLogs";
    private const string Transaction = "eth_getTransactionByHash";

    /// <summary>What is untrue, in words; <c>null</c>: nothing, or nobody can say.</summary>
    public static string? FindLie(JsonRpcRequest request, JsonRpcResponse response)
    {
        if (request.Method is not (Receipt or Receipts or Logs or Transaction) || response.Error is not null || response.Result.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        try
        {
            JsonElement asked = request.ReadParams()[0];
            return request.Method switch
            {
                Receipt => Of(EthereumJson.ReadHash(asked), TransactionReceipt.Read(response.Result)),
                Receipts => EthereumJson.ReadArray(response.Result, TransactionReceipt.Read).Select(receipt => Of(null, receipt)).FirstOrDefault(lie => lie is not null),
                Transaction => response.Result.Required("hash", EthereumJson.ReadHash) == EthereumJson.ReadHash(asked) ? null : "it is another transaction",
                _ => Of(asked, EthereumJson.ReadArray(response.Result, LogEntry.Read)),
            };
        }
        catch (CodecException)
        {
            // What is malformed is told by whoever reads it.
            return null;
        }
    }

    private static string? Of(Hash32? asked, TransactionReceipt receipt) =>
        asked is { } hash && receipt.TransactionHash != hash ? "the receipt is of another transaction"
        : !receipt.Success && receipt.Logs.Count > 0 ? "the receipt says failed and has logs"
        : receipt.Logs.Any(log => (Tells(log, "blockHash") && log.BlockHash != receipt.BlockHash) || (Tells(log, "blockNumber") && log.BlockNumber != receipt.BlockNumber)) ? "the receipt has logs of another block"
        : receipt.Logs.Any(log => Tells(log, "transactionHash") && log.TransactionHash != receipt.TransactionHash) ? "the receipt has logs of another transaction"
        : receipt.Logs.Any(log => Tells(log, "transactionIndex") && log.TransactionIndex != receipt.TransactionIndex)
            ? "the receipt has logs of another place in the block"
        : !Ascends(receipt.Logs) ? "the logs of the receipt are out of order"
        : !IsCovered(receipt) ? "the receipt's bloom filter rules out one of its logs"
        : null;

    private static string? Of(JsonElement filter, IReadOnlyList<LogEntry> logs)
    {
        HashSet<Address> addresses = [.. Values(filter, "address").Select(EthereumJson.ReadAddress)];
        HashSet<Hash32>[] topics = filter.TryGetProperty("topics", out JsonElement positions)
            ? [.. positions.EnumerateArray().Select(position => position.ValueKind == JsonValueKind.Array ? position.EnumerateArray().Select(EthereumJson.ReadHash).ToHashSet() : [])]
            : [];
        Hash32? block = filter.TryGetProperty("blockHash", out JsonElement hash) ? EthereumJson.ReadHash(hash) : null;
        ulong? from = NumberIn(filter, "fromBlock");
        ulong? to = NumberIn(filter, "toBlock");
        return logs.Any(log => addresses.Count > 0 && !addresses.Contains(log.Address)) ? "a log is of another contract than was asked for"
            : logs.Any(log => !Matches(log, topics)) ? "a log has other topics than were asked for"
            : logs.Any(log => (block is { } of && log.BlockHash != of) || log.BlockNumber < from || log.BlockNumber > to) ? "a log is of another block than was asked for"
            : null;
    }

    private static bool Matches(LogEntry log, HashSet<Hash32>[] topics) =>
        topics.Length <= log.Topics.Count && !topics.Where((allowed, i) => allowed.Count > 0 && !allowed.Contains(log.Topics[i])).Any();

    private static IEnumerable<JsonElement> Values(JsonElement filter, string name) => !filter.TryGetProperty(name, out JsonElement value) ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];

    // A tag such as "latest" bounds nothing that is known here.
    private static ulong? NumberIn(JsonElement filter, string name) =>
        filter.TryGetProperty(name, out JsonElement value) && value.GetString() is { } text && text.StartsWith("0x", StringComparison.Ordinal) ? Hex.DecodeQuantity(text) : null;

    private static bool Tells(LogEntry log, string field) => log.Raw.TryGetProperty(field, out JsonElement value) && value.ValueKind == JsonValueKind.String;

    private static bool Ascends(IReadOnlyList<LogEntry> logs)
    {
        for (int i = 1; i < logs.Count; i++)
        {
            if (Tells(logs[i], "logIndex") && logs[i].LogIndex <= logs[i - 1].LogIndex)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Chains that keep no filters leave them out, or empty.</summary>
    private static bool IsCovered(TransactionReceipt receipt) =>
        receipt.LogsBloom.Length != LogsBloom.Size || !receipt.LogsBloom.Span.ContainsAnyExcept((byte)0)
        || (receipt.Logs.Select(log => log.Address).Distinct().All(address => LogsBloom.MayContain(receipt.LogsBloom, address.Span))
            && receipt.Logs.SelectMany(log => log.Topics).Distinct().All(topic => LogsBloom.MayContain(receipt.LogsBloom, topic.Span)));
}
