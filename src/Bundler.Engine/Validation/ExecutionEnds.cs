using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>How an operation ended in a bundle.</summary>
/// <param name="Success">Its execution did not revert.</param>
/// <param name="ActualGasUsed">Gas that is charged.</param>
/// <param name="ActualGasCost">wei.</param>
/// <param name="IsExact">And not only about so much.</param>
internal readonly record struct OperationEnd(bool Success, UInt256 ActualGasUsed, UInt256 ActualGasCost, bool IsExact);

/// <summary>
/// Reads from the frames of a handleOps that went through what its UserOperationEvents would say: innerHandleOp returns what it charges. Where that
/// reverted (a postOp did), the EntryPoint charges afterwards; what it paid out in the end leaves so much for those. Pure.
/// </summary>
internal static class ExecutionEnds
{
    public static IReadOnlyList<OperationEnd> Of(IReadOnlyList<ValidatedOperation> operations, CallFrame root, IReadOnlyList<UInt256> baseFees)
    {
        EntryPoint entryPoint = operations[0].EntryPoint;
        CallFrame[] executions = [.. root.Calls.Where(call => call.Selector == entryPoint.Bundles.Selectors.InnerHandleOp && call.To == entryPoint.Address)];
        UInt256 told = Sum(executions.Where(call => !call.Failed).Select(Charged));
        UInt256 untold = UInt256.SubtractToZero(Sum(root.Calls.Select(call => call.Value)), told);
        int reverted = executions.Count(call => call.Failed);
        return
        [
            .. operations.Zip(executions, (operation, execution) =>
            {
                UInt256 cost = execution.Failed ? untold / (UInt256)(ulong)reverted : Charged(execution);
                (UInt256 gas, bool isExact) = Gas(operation, cost, baseFees);
                return new OperationEnd(!execution.Failed && !HasRevertedCall(operation, execution), gas, cost, isExact && (!execution.Failed || reverted == 1));
            }),
        ];
    }

    private static bool HasRevertedCall(ValidatedOperation operation, CallFrame execution) =>
        !operation.Operation.CallData.IsEmpty && execution.Calls.Count > 0 && execution.Calls[0].Failed;

    private static UInt256 Charged(CallFrame execution) =>
        execution.Output.Length == Hash32.Size ? UInt256.FromBigEndian(execution.Output.Span) : UInt256.Zero;

    /// <summary>The price is the one that divides what was charged. Some nodes run calls without a base fee.</summary>
    private static (UInt256 Gas, bool IsExact) Gas(ValidatedOperation operation, UInt256 cost, IReadOnlyList<UInt256> baseFees)
    {
        if (cost.IsZero)
        {
            return (UInt256.Zero, false);
        }

        UInt256 most = operation.EntryPoint.RequiredPrefund(operation.Operation with { MaxFeePerGas = 1 });
        foreach (UInt256 baseFee in baseFees.Append(UInt256.Zero))
        {
            UInt256 price = EntryPoint.GasPrice(operation.Operation, baseFee);
            if (!price.IsZero && (cost % price).IsZero && cost / price <= most)
            {
                return (cost / price, true);
            }
        }

        UInt256 likely = baseFees.Select(baseFee => EntryPoint.GasPrice(operation.Operation, baseFee)).Aggregate(UInt256.Zero, UInt256.Max);
        return (likely.IsZero ? UInt256.Zero : cost / likely, false);
    }

    private static UInt256 Sum(IEnumerable<UInt256> amounts) => amounts.Aggregate(UInt256.Zero, (sum, amount) => sum + amount);
}
