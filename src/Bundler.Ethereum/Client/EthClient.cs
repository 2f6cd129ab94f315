using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>
/// The eth_ calls we use, typed. All of them throw <see cref="TransportException"/> when the node gives no answer, <see cref="JsonRpcException"/>
/// when it answers an error, and <see cref="CodecException"/> when its result is malformed.
/// </summary>
public sealed class EthClient(IJsonRpcTransport transport)
{
    public IJsonRpcTransport Transport { get; } = transport;

    /// <summary>Several calls for one round trip.</summary>
    public EthBatch Batch() => new(Transport);

    public Task<ulong> ChainIdAsync(CancellationToken cancellationToken) => SendAsync(EthCalls.ChainId(), cancellationToken);

    public Task<string> ClientVersionAsync(CancellationToken cancellationToken) => SendAsync(EthCalls.ClientVersion(), cancellationToken);

    public Task<ulong> BlockNumberAsync(CancellationToken cancellationToken) => SendAsync(EthCalls.BlockNumber(), cancellationToken);

    /// <returns>Null when the node has no such block.</returns>
    public Task<BlockHeader?> GetBlockAsync(BlockTag tag, CancellationToken cancellationToken) =>
        SendAsync(EthCalls.GetBlock(tag), cancellationToken);

    public Task<Bytes> GetCodeAsync(Address address, BlockTag tag, CancellationToken cancellationToken) =>
        SendAsync(EthCalls.GetCode(address, tag), cancellationToken);

    /// <returns>Wei.</returns>
    public Task<UInt256> GetBalanceAsync(Address address, BlockTag tag, CancellationToken cancellationToken) =>
        SendAsync(EthCalls.GetBalance(address, tag), cancellationToken);

    public Task<ulong> GetTransactionCountAsync(Address address, BlockTag tag, CancellationToken cancellationToken) =>
        SendAsync(EthCalls.GetTransactionCount(address, tag), cancellationToken);

    public Task<Hash32> GetStorageAtAsync(Address address, Hash32 slot, BlockTag tag, CancellationToken cancellationToken) =>
        SendAsync(EthCalls.GetStorageAt(address, slot, tag), cancellationToken);

    /// <exception cref="CallRevertedException">The call reverted.</exception>
    public Task<Bytes> CallAsync(CallRequest call, BlockTag tag, CancellationToken cancellationToken) =>
        CallAsync(call, tag, null, null, cancellationToken);

    /// <exception cref="CallRevertedException">The call reverted.</exception>
    public Task<Bytes> CallAsync(CallRequest call, BlockTag tag, StateOverride? state, CancellationToken cancellationToken) =>
        CallAsync(call, tag, state, null, cancellationToken);

    /// <exception cref="CallRevertedException">The call reverted.</exception>
    public Task<Bytes> CallAsync(CallRequest call, BlockTag tag, StateOverride? state, BlockOverride? block, CancellationToken cancellationToken) =>
        SendAsync(EthCalls.Call(call, tag, state, block), cancellationToken);

    /// <exception cref="CallRevertedException">The call reverted.</exception>
    public Task<ulong> EstimateGasAsync(CallRequest call, BlockTag tag, StateOverride? state, CancellationToken cancellationToken) =>
        SendAsync(EthCalls.EstimateGas(call, tag, state), cancellationToken);

    /// <returns>Wei.</returns>
    public Task<UInt256> GasPriceAsync(CancellationToken cancellationToken) => SendAsync(EthCalls.GasPrice(), cancellationToken);

    /// <returns>Wei.</returns>
    public Task<UInt256> MaxPriorityFeePerGasAsync(CancellationToken cancellationToken) =>
        SendAsync(EthCalls.MaxPriorityFeePerGas(), cancellationToken);

    public Task<FeeHistory> FeeHistoryAsync(int blockCount, BlockTag newest, IReadOnlyList<double> rewardPercentiles, CancellationToken cancellationToken) =>
        SendAsync(EthCalls.FeeHistory(blockCount, newest, rewardPercentiles), cancellationToken);

    /// <exception cref="JsonRpcException">The node refuses it; <see cref="SendError"/> tells why.</exception>
    public Task<Hash32> SendRawTransactionAsync(Bytes transaction, CancellationToken cancellationToken) =>
        SendAsync(EthCalls.SendRawTransaction(transaction), cancellationToken);

    /// <exception cref="JsonRpcException">The node refuses it, perhaps because a condition does not hold; <see cref="SendError"/> tells why.</exception>
    public Task<Hash32> SendRawTransactionConditionalAsync(Bytes transaction, TransactionConditions conditions, CancellationToken cancellationToken) =>
        SendAsync(EthCalls.SendRawTransactionConditional(transaction, conditions), cancellationToken);

    /// <returns>Null while the transaction is not mined.</returns>
    public Task<TransactionReceipt?> GetTransactionReceiptAsync(Hash32 hash, CancellationToken cancellationToken) =>
        SendAsync(EthCalls.GetTransactionReceipt(hash), cancellationToken);

    /// <returns>Null when the node does not know it.</returns>
    public Task<TransactionInfo?> GetTransactionByHashAsync(Hash32 hash, CancellationToken cancellationToken) =>
        SendAsync(EthCalls.GetTransactionByHash(hash), cancellationToken);

    /// <returns>Null when the block has none there, or the node has no such block.</returns>
    public Task<TransactionInfo?> GetTransactionAsync(BlockTag block, ulong index, CancellationToken cancellationToken) =>
        SendAsync(EthCalls.GetTransactionByBlockNumberAndIndex(block, index), cancellationToken);

    public Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken) =>
        SendAsync(EthCalls.GetLogs(filter), cancellationToken);

    /// <returns>Null when the node has no such block.</returns>
    public Task<IReadOnlyList<TransactionReceipt>?> GetBlockReceiptsAsync(BlockTag tag, CancellationToken cancellationToken) =>
        SendAsync(EthCalls.GetBlockReceipts(tag), cancellationToken);

    private async Task<T> SendAsync<T>(EthCall<T> call, CancellationToken cancellationToken)
    {
        try
        {
            return call.ReadResult(await Transport.SendAsync(call.Request, cancellationToken));
        }
        catch (JsonRpcException refusal) when (CallRevert.DataOf(refusal.Error) is { } data)
        {
            throw new CallRevertedException(refusal.Error, data);
        }
    }
}
