using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>Reads the <see cref="ValidationFacts"/> of one operation or many in one HTTP request.</summary>
public sealed class FactReader(EthClient eth)
{
    /// <exception cref="Ethereum.JsonRpc.TransportException">The node gave no answer.</exception>
    public async Task<ValidationFacts> ReadAsync(EntryPoint entryPoint, UserOperation operation, CancellationToken cancellationToken) =>
        (await ReadAsync([(entryPoint, operation)], cancellationToken))[0];

    /// <returns>The facts in the order of the operations.</returns>
    /// <exception cref="Ethereum.JsonRpc.TransportException">The node gave no answer.</exception>
    public async Task<IReadOnlyList<ValidationFacts>> ReadAsync(
        IReadOnlyList<(EntryPoint EntryPoint, UserOperation Operation)> operations, CancellationToken cancellationToken)
    {
        EthBatch batch = eth.Batch();
        List<PendingFacts> pending = [.. operations.Select(each => new PendingFacts(batch, each.EntryPoint, each.Operation))];
        await batch.SendAsync(cancellationToken);
        return [.. pending.Select(each => each.Read())];
    }

    /// <summary>The questions about one operation, in a batch that has not been sent yet.</summary>
    private sealed class PendingFacts
    {
        private readonly Pending<Bytes> _senderCode;
        private readonly Pending<Bytes>? _factoryCode;
        private readonly Pending<Bytes>? _paymasterCode;
        private readonly Pending<Bytes> _nonce;
        private readonly Pending<ulong>? _transactionCount;
        private readonly List<(Address Address, Pending<Bytes> Info)> _stakes = [];

        public PendingFacts(EthBatch batch, EntryPoint entryPoint, UserOperation operation)
        {
            Address? factory = operation.Factory == Eip7702Marker.Address ? null : operation.Factory;
            UserOperationNonce nonce = UserOperationNonce.Of(operation.Nonce);
            _senderCode = batch.GetCode(operation.Sender, BlockTag.Latest);
            _factoryCode = factory is { } f ? batch.GetCode(f, BlockTag.Latest) : null;
            _paymasterCode = operation.Paymaster is { } p ? batch.GetCode(p, BlockTag.Latest) : null;
            _nonce = Ask(batch, entryPoint, EntryPointCalls.GetNonce.EncodeCall(operation.Sender, nonce.Key));
            _transactionCount = operation.Eip7702Auth is null ? null : batch.GetTransactionCount(operation.Sender, BlockTag.Latest);
            foreach (Address entity in new[] { operation.Sender, factory, operation.Paymaster }.OfType<Address>().Distinct())
            {
                _stakes.Add((entity, Ask(batch, entryPoint, EntryPointCalls.GetDepositInfo.EncodeCall(entity))));
            }
        }

        public ValidationFacts Read() => new()
        {
            SenderCode = _senderCode.Value,
            FactoryCode = _factoryCode?.Value,
            PaymasterCode = _paymasterCode?.Value,
            NonceSequence = UserOperationNonce.Of((UInt256)EntryPointCalls.GetNonce.DecodeResult(_nonce.Value)[0]).Sequence,
            SenderTransactionCount = _transactionCount?.Value,
            Stakes = _stakes.ToDictionary(stake => stake.Address, stake => EntryPointCalls.DecodeDepositInfo(stake.Address, stake.Info.Value)),
        };

        private static Pending<Bytes> Ask(EthBatch batch, EntryPoint entryPoint, Bytes data) =>
            batch.Call(new CallRequest { To = entryPoint.Address, Data = data }, BlockTag.Latest);
    }
}
