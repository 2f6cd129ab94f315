using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>Typed calls collected for one round trip; each has its own answer, or its own error.</summary>
public sealed class EthBatch(IJsonRpcTransport transport)
{
    private readonly List<IPending> _pending = [];
    private bool _isSent;

    public int Count => _pending.Count;

    public Pending<ulong> ChainId() => Add(EthCalls.ChainId());

    public Pending<ulong> BlockNumber() => Add(EthCalls.BlockNumber());

    public Pending<BlockHeader?> GetBlock(BlockTag tag) => Add(EthCalls.GetBlock(tag));

    public Pending<Bytes> GetCode(Address address, BlockTag tag) => Add(EthCalls.GetCode(address, tag));

    public Pending<UInt256> GetBalance(Address address, BlockTag tag) => Add(EthCalls.GetBalance(address, tag));

    public Pending<ulong> GetTransactionCount(Address address, BlockTag tag) => Add(EthCalls.GetTransactionCount(address, tag));

    public Pending<Hash32> GetStorageAt(Address address, Hash32 slot, BlockTag tag) => Add(EthCalls.GetStorageAt(address, slot, tag));

    public Pending<Bytes> Call(CallRequest call, BlockTag tag, StateOverride? state = null, BlockOverride? block = null) =>
        Add(EthCalls.Call(call, tag, state, block));

    public Pending<ulong> EstimateGas(CallRequest call, BlockTag tag, StateOverride? state = null) => Add(EthCalls.EstimateGas(call, tag, state));

    public Pending<UInt256> GasPrice() => Add(EthCalls.GasPrice());

    public Pending<UInt256> MaxPriorityFeePerGas() => Add(EthCalls.MaxPriorityFeePerGas());

    public Pending<FeeHistory> FeeHistory(int blockCount, BlockTag newest, IReadOnlyList<double> rewardPercentiles) =>
        Add(EthCalls.FeeHistory(blockCount, newest, rewardPercentiles));

    public Pending<TransactionReceipt?> GetTransactionReceipt(Hash32 hash) => Add(EthCalls.GetTransactionReceipt(hash));

    public Pending<TransactionInfo?> GetTransactionByHash(Hash32 hash) => Add(EthCalls.GetTransactionByHash(hash));

    public Pending<IReadOnlyList<LogEntry>> GetLogs(LogFilter filter) => Add(EthCalls.GetLogs(filter));

    public Pending<IReadOnlyList<TransactionReceipt>?> GetBlockReceipts(BlockTag tag) => Add(EthCalls.GetBlockReceipts(tag));

    /// <summary>Sends the calls, once. An error of one call is thrown when its value is read, not here.</summary>
    /// <exception cref="TransportException">The node gave no answer.</exception>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        if (_isSent)
        {
            throw new InvalidOperationException("the batch has been sent");
        }

        _isSent = true;
        if (_pending.Count == 0)
        {
            return;
        }

        IReadOnlyList<JsonRpcResponse> responses = await transport.SendBatchAsync(_pending.ConvertAll(pending => pending.Request), cancellationToken);
        for (int i = 0; i < responses.Count; i++)
        {
            _pending[i].Complete(responses[i]);
        }
    }

    private Pending<T> Add<T>(EthCall<T> call)
    {
        if (_isSent)
        {
            throw new InvalidOperationException("the batch has been sent");
        }

        Pending<T> pending = new(call);
        _pending.Add(pending);
        return pending;
    }
}
