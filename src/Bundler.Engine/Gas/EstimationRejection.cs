using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Gas;

/// <summary>Why an operation cannot be estimated, in ERC-7769's codes: whose validation failed, or that the call itself reverts.</summary>
internal static class EstimationRejection
{
    /// <summary>Null where the limits were found.</summary>
    public static Rejection? Of(EntryPoint entryPoint, UserOperation operation, EstimationResult result) => result.Status switch
    {
        EstimationStatus.Done => Aggregator(result),
        EstimationStatus.ValidationFailed => Validation(entryPoint, operation, result),
        EstimationStatus.ExecutionReverted => new Rejection.ExecutionReverted(Text(result.RevertData), result.RevertData),
        EstimationStatus.PostOpReverted when operation.Paymaster is { } paymaster =>
            new Rejection.RejectedByPaymaster(paymaster, $"postOp reverted: {Text(result.RevertData)}", result.RevertData),
        EstimationStatus.BalanceTooLow => new Rejection.RejectedByEntryPoint("AA21 didn't pay prefund"),
        _ => new Rejection.RejectedByEntryPoint($"AA23 reverted: {Text(result.RevertData)}", result.RevertData),
    };

    private static Rejection.UnsupportedAggregator? Aggregator(EstimationResult result) =>
        ValidationData.Parse(result.ValidationData).Aggregator is { } aggregator ? new Rejection.UnsupportedAggregator(aggregator) : null;

    private static Rejection Validation(EntryPoint entryPoint, UserOperation operation, EstimationResult result)
    {
        if (operation.Eip7702Auth is { } tuple && Eip7702.CheckDelegate(tuple) is { } undelegated)
        {
            return undelegated;
        }

        // Calls to addresses without code revert the EntryPoint without a word.
        if (operation.Factory is null && !result.SenderHasCode)
        {
            return new Rejection.RejectedByEntryPoint("AA20 account not deployed");
        }

        BundleFailure failure = entryPoint.Bundles.DecodeFailure(result.RevertData);
        if (operation.Paymaster is not { } paymaster)
        {
            return new Rejection.RejectedByEntryPoint(WithInner(failure), failure.InnerRevert);
        }

        return result.RevertData.IsEmpty && !result.PaymasterHasCode ? new Rejection.RejectedByPaymaster(paymaster, "AA30 paymaster not deployed")
            : AaError.Parse(failure.Reason)?.Blamed == EntityKind.Paymaster
                ? new Rejection.RejectedByPaymaster(paymaster, WithInner(failure), failure.InnerRevert)
                : new Rejection.RejectedByEntryPoint(WithInner(failure), failure.InnerRevert);
    }

    private static string WithInner(BundleFailure failure) =>
        failure.InnerRevert.IsEmpty ? failure.Reason : $"{failure.Reason}: {Text(failure.InnerRevert)}";

    private static string Text(Bytes revertData) => RevertReason.Decode(revertData).Text;
}
