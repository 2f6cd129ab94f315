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

    /// <summary>What the aggregator puts in the place of an operation's signature, or why it does not take it.</summary>
    public async Task<Outcome<Bytes>> SignatureInGroupAsync(
        EntryPoint entryPoint, Address aggregator, UserOperation operation, CancellationToken cancellationToken)
    {
        if (!_allowed.Contains(aggregator))
        {
            return new Rejection.UnsupportedAggregator(aggregator);
        }

        try
        {
            return await AskAsync(
                aggregator, OperationCalls.Of(entryPoint.Version).ValidateUserOpSignature, [entryPoint.Operations.ToTuple(operation)], cancellationToken);
        }
        catch (CallRevertedException refusal)
        {
            return Refused(aggregator, refusal);
        }
    }

    /// <summary>The groups of handleAggregatedOps, as neighbours of one aggregator form them, in which the operations keep their order; or why an aggregator does not join signatures.</summary>
    public async Task<Outcome<List<AggregatedOperations>>> GroupAsync(
        EntryPoint entryPoint, IReadOnlyList<CallMember> members, CancellationToken cancellationToken)
    {
        List<AggregatedOperations> groups = [];
        for (int start = 0, end; start < members.Count; start = end)
        {
            Address? aggregator = members[start].Aggregator;
            for (end = start + 1; end < members.Count && members[end].Aggregator == aggregator;)
            {
                end++;
            }

            CallMember[] group = [.. members.Take(start..end)];
            UserOperation[] inCall = [.. group.Select(member => member.InCall)];
            if (aggregator is not { } named)
            {
                groups.Add(new AggregatedOperations(Address.Zero, inCall, Bytes.Empty));
                continue;
            }

            Outcome<AggregatedOperations> joined =
                await JoinAsync(entryPoint, named, [.. group.Select(member => member.Signed)], inCall, cancellationToken);
            if (!joined.Accepted)
            {
                return joined.Rejection;
            }

            groups.Add(joined.Value);
        }

        return groups;
    }

    /// <summary>One signature for all operations of an aggregator.</summary>
    /// <param name="operations">As their senders signed them.</param>
    /// <param name="inGroup">The same with what the aggregator leaves of their signatures.</param>
    private async Task<Outcome<AggregatedOperations>> JoinAsync(
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
