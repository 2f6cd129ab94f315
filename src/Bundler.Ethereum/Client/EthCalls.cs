using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>The eth_ methods we use, each once: its params and its result. <see cref="EthClient"/> sends them alone, <see cref="EthBatch"/> together.</summary>
internal static class EthCalls
{
    public static EthCall<ulong> ChainId() => new(JsonRpcRequest.Create("eth_chainId"), EthereumJson.ReadUInt64);

    public static EthCall<string> ClientVersion() => new(JsonRpcRequest.Create("web3_clientVersion"), EthereumJson.ReadString);

    public static EthCall<ulong> BlockNumber() => new(JsonRpcRequest.Create("eth_blockNumber"), EthereumJson.ReadUInt64);

    public static EthCall<BlockHeader?> GetBlock(BlockTag tag) => new(
        JsonRpcRequest.Create(tag.Hash is null ? "eth_getBlockByNumber" : "eth_getBlockByHash", writer =>
        {
            writer.WriteStringValue(tag.ToString());
            writer.WriteBooleanValue(false);
        }),
        OrNull(BlockHeader.Read));

    public static EthCall<Bytes> GetCode(Address address, BlockTag tag) => OfAccount("eth_getCode", address, tag, EthereumJson.ReadBytes);

    public static EthCall<UInt256> GetBalance(Address address, BlockTag tag) => OfAccount("eth_getBalance", address, tag, EthereumJson.ReadQuantity);

    public static EthCall<ulong> GetTransactionCount(Address address, BlockTag tag) =>
        OfAccount("eth_getTransactionCount", address, tag, EthereumJson.ReadUInt64);

    public static EthCall<Hash32> GetStorageAt(Address address, Hash32 slot, BlockTag tag) => new(
        JsonRpcRequest.Create("eth_getStorageAt", writer =>
        {
            writer.WriteAddressValue(address);
            writer.WriteHashValue(slot);
            tag.WriteTo(writer);
        }),
        value => Hash32.From(EthereumJson.ReadQuantity(value)));

    public static EthCall<Bytes> Call(CallRequest call, BlockTag tag, StateOverride? state, BlockOverride? block) =>
        new(Execution("eth_call", call, tag, state, block), EthereumJson.ReadBytes);

    public static EthCall<ulong> EstimateGas(CallRequest call, BlockTag tag, StateOverride? state) =>
        new(Execution("eth_estimateGas", call, tag, state, null), EthereumJson.ReadUInt64);

    public static EthCall<UInt256> GasPrice() => new(JsonRpcRequest.Create("eth_gasPrice"), EthereumJson.ReadQuantity);

    public static EthCall<UInt256> MaxPriorityFeePerGas() => new(JsonRpcRequest.Create("eth_maxPriorityFeePerGas"), EthereumJson.ReadQuantity);

    public static EthCall<FeeHistory> FeeHistory(int blockCount, BlockTag newest, IReadOnlyList<double> rewardPercentiles) => new(
        JsonRpcRequest.Create("eth_feeHistory", writer =>
        {
            writer.WriteQuantityValue(blockCount);
            newest.WriteTo(writer);
            writer.WriteStartArray();
            foreach (double percentile in rewardPercentiles)
            {
                writer.WriteNumberValue(percentile);
            }

            writer.WriteEndArray();
        }),
        Client.FeeHistory.Read);

    public static EthCall<Hash32> SendRawTransaction(Bytes transaction) => new(
        JsonRpcRequest.Create("eth_sendRawTransaction", writer => writer.WriteBytesValue(transaction)), EthereumJson.ReadHash);

    public static EthCall<Hash32> SendRawTransactionConditional(Bytes transaction, TransactionConditions conditions) => new(
        JsonRpcRequest.Create("eth_sendRawTransactionConditional", writer =>
        {
            writer.WriteBytesValue(transaction);
            conditions.WriteTo(writer);
        }),
        EthereumJson.ReadHash);

    public static EthCall<TransactionReceipt?> GetTransactionReceipt(Hash32 hash) => new(
        JsonRpcRequest.Create("eth_getTransactionReceipt", writer => writer.WriteHashValue(hash)), OrNull(TransactionReceipt.Read));

    public static EthCall<TransactionInfo?> GetTransactionByHash(Hash32 hash) => new(
        JsonRpcRequest.Create("eth_getTransactionByHash", writer => writer.WriteHashValue(hash)), OrNull(TransactionInfo.Read));

    public static EthCall<TransactionInfo?> GetTransactionByBlockNumberAndIndex(BlockTag tag, ulong index) => new(
        JsonRpcRequest.Create("eth_getTransactionByBlockNumberAndIndex", writer =>
        {
            tag.WriteTo(writer);
            writer.WriteStringValue(Hex.EncodeQuantity(index));
        }),
        OrNull(TransactionInfo.Read));

    public static EthCall<IReadOnlyList<LogEntry>> GetLogs(LogFilter filter) => new(
        JsonRpcRequest.Create("eth_getLogs", filter.WriteTo), ReadLogs);

    public static EthCall<IReadOnlyList<TransactionReceipt>?> GetBlockReceipts(BlockTag tag) => new(
        JsonRpcRequest.Create("eth_getBlockReceipts", tag.WriteTo), OrNull(receipts => EthereumJson.ReadArray(receipts, TransactionReceipt.Read)));

    /// <summary>The params of eth_call and eth_estimateGas; overrides only when there are any, since not all nodes know them.</summary>
    private static JsonRpcRequest Execution(string method, CallRequest call, BlockTag tag, StateOverride? state, BlockOverride? block) =>
        JsonRpcRequest.Create(method, writer =>
        {
            call.WriteTo(writer);
            tag.WriteTo(writer);
            if (state is { IsEmpty: false } || block is not null)
            {
                (state ?? StateOverride.Empty).WriteTo(writer);
            }

            block?.WriteTo(writer);
        });

    private static EthCall<T> OfAccount<T>(string method, Address address, BlockTag tag, Func<JsonElement, T> read) => new(
        JsonRpcRequest.Create(method, writer =>
        {
            writer.WriteAddressValue(address);
            tag.WriteTo(writer);
        }),
        read);

    private static IReadOnlyList<LogEntry> ReadLogs(JsonElement logs) => EthereumJson.ReadArray(logs, LogEntry.Read);

    private static Func<JsonElement, T?> OrNull<T>(Func<JsonElement, T> read)
        where T : class =>
        value => value.ValueKind == JsonValueKind.Null ? null : read(value);
}
