using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>handleOps of any version: the versions differ in the operation's tuple, in the errors they know and in some selectors.</summary>
internal sealed class BundleCodec(EntryPointVersion version, IOperationCodec operations) : IBundleCodec
{
    private readonly OperationCalls _calls = OperationCalls.Of(version);
    private readonly IReadOnlyList<AbiError> _errors = EntryPointErrors.Of(version);

    public ValidationSelectors Selectors { get; } = SelectorsOf(version);

    public Bytes EncodeHandleOps(IReadOnlyList<UserOperation> operations, Address beneficiary) =>
        _calls.HandleOps.EncodeCall(Tuples(operations), beneficiary);

    public Bytes EncodeHandleAggregatedOps(IReadOnlyList<AggregatedOperations> groups, Address beneficiary)
    {
        object[] tuples = [.. groups.Select(group => new object[] { Tuples(group.Operations), group.Aggregator, group.Signature })];
        return _calls.HandleAggregatedOps.EncodeCall(tuples, beneficiary);
    }

    public IReadOnlyList<UserOperation>? DecodeOperations(Bytes callData)
    {
        try
        {
            return _calls.HandleOps.Matches(callData) ? Operations(_calls.HandleOps.DecodeCall(callData)[0])
                : _calls.HandleAggregatedOps.Matches(callData) ? AggregatedOperations(_calls.HandleAggregatedOps.DecodeCall(callData)[0])
                : null;
        }
        catch (CodecException)
        {
            // Anyone may send such call data; what the EntryPoint could not decode holds no operations.
            return null;
        }
    }

    public Address? DecodeBeneficiary(Bytes callData)
    {
        try
        {
            return _calls.HandleOps.Matches(callData) ? (Address)_calls.HandleOps.DecodeCall(callData)[1]
                : _calls.HandleAggregatedOps.Matches(callData) ? (Address)_calls.HandleAggregatedOps.DecodeCall(callData)[1]
                : null;
        }
        catch (CodecException)
        {
            return null;
        }
    }

    public BundleFailure DecodeFailure(Bytes revertData)
    {
        RevertReason reason = RevertReason.Decode(revertData, _errors);
        if (reason.Error == EntryPointErrors.FailedOp || reason.Error == EntryPointErrors.FailedOpWithRevert)
        {
            Bytes inner = reason.Error == EntryPointErrors.FailedOpWithRevert ? (Bytes)reason.Values[2] : Bytes.Empty;
            return new BundleFailure(Index((UInt256)reason.Values[0]), (string)reason.Values[1], inner, null, revertData);
        }

        Address? aggregator = reason.Error == EntryPointErrors.SignatureValidationFailed ? (Address)reason.Values[0] : null;
        return new BundleFailure(null, reason.Text, Bytes.Empty, aggregator, revertData);
    }

    private object[] Tuples(IReadOnlyList<UserOperation> list)
    {
        object[] tuples = new object[list.Count];
        for (int i = 0; i < tuples.Length; i++)
        {
            tuples[i] = operations.ToTuple(list[i]);
        }

        return tuples;
    }

    private List<UserOperation> Operations(object tuples) => [.. ((object[])tuples).Select(tuple => operations.FromTuple((object[])tuple))];

    private List<UserOperation> AggregatedOperations(object groups) =>
        [.. ((object[])groups).SelectMany(group => Operations(((object[])group)[0]))];

    private static int? Index(UInt256 index) => index <= int.MaxValue ? (int)index : null;

    private static ValidationSelectors SelectorsOf(EntryPointVersion version)
    {
        OperationCalls calls = OperationCalls.Of(version);
        return new ValidationSelectors(
            calls.ValidateUserOp.Selector,
            calls.ValidatePaymasterUserOp.Selector,
            EntryPointCalls.CreateSender.Selector,
            version >= EntryPointVersion.V08 ? EntryPointCalls.InitEip7702Sender.Selector : 0,
            calls.InnerHandleOp.Selector,
            calls.PostOp.Selector,
            calls.ValidateSignatures.Selector);
    }
}
