using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Validation;

/// <summary>Asks the aggregators that the operator allows to check and join signatures; all others are refused with -32506.</summary>
public sealed class AggregatorDesk(EthClient eth, IOptions<ValidationOptions> options)
{
    private readonly IReadOnlySet<Address> _allowed = options.Value.AggregatorSet();

    /// <summary>The operation alone as its aggregator's group, with the signature that the aggregator puts in its place.</summary>
    public async Task<Outcome<AggregatedOperations>> AggregateAsync(
        EntryPoint entryPoint, Address aggregator, UserOperation operation, CancellationToken cancellationToken)
    {
        if (!_allowed.Contains(aggregator))
        {
            return new Rejection.UnsupportedAggregator(aggregator);
        }

        OperationCalls calls = OperationCalls.Of(entryPoint.Version);
        try
        {
            Bytes signature = await AskAsync(
                aggregator, calls.ValidateUserOpSignature, [entryPoint.Operations.ToTuple(operation)], cancellationToken);
            return await JoinAsync(entryPoint, aggregator, [operation], [operation with { Signature = signature }], cancellationToken);
        }
        catch (CallRevertedException refusal)
        {
            return Refused(aggregator, refusal);
        }
    }

    /// <summary>One signature for all operations of an aggregator.</summary>
    /// <param name="operations">As their senders signed them.</param>
    /// <param name="inGroup">The same with what the aggregator leaves of their signatures.</param>
    public async Task<Outcome<AggregatedOperations>> JoinAsync(
        EntryPoint entryPoint,
        Address aggregator,
        IReadOnlyList<UserOperation> operations,
        IReadOnlyList<UserOperation> inGroup,
        CancellationToken cancellationToken)
    {
        object[] tuples = [.. operations.Select(entryPoint.Operations.ToTuple)];
        try
        {
            Bytes joined = await AskAsync(aggregator, OperationCalls.Of(entryPoint.Version).AggregateSignatures, [tuples], cancellationToken);
            return new AggregatedOperations(aggregator, inGroup, joined);
        }
        catch (CallRevertedException refusal)
        {
            return Refused(aggregator, refusal);
        }
    }

    /// <summary>The aggregator's stake at the EntryPoint (EREP-040).</summary>
    public async Task<StakeInfo> StakeAsync(EntryPoint entryPoint, Address aggregator, CancellationToken cancellationToken)
    {
        CallRequest call = new() { To = entryPoint.Address, Data = EntryPointCalls.GetDepositInfo.EncodeCall(aggregator) };
        return EntryPointCalls.DecodeDepositInfo(aggregator, await eth.CallAsync(call, BlockTag.Latest, cancellationToken));
    }

    private static Rejection.SignatureInvalid Refused(Address aggregator, CallRevertedException refusal) =>
        new(new Entity(EntityKind.Aggregator, aggregator), $"aggregator refuses the signature: {RevertReason.Decode(refusal.RevertData).Text}");

    private async Task<Bytes> AskAsync(Address aggregator, AbiFunction function, object[] arguments, CancellationToken cancellationToken)
    {
        CallRequest call = new() { From = HandleOpsCall.Caller, To = aggregator, Data = function.EncodeCall(arguments) };
        return (Bytes)function.DecodeResult(await eth.CallAsync(call, BlockTag.Latest, cancellationToken))[0];
    }
}
