using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>
/// Who stopped a handleOps that reverted: the EntryPoint's own words where it has any, else the frame at which it died. v0.6 copies 32 bytes of what
/// innerHandleOp reverted with, and burns everything when there are fewer: it names nobody then, its frames do. Pure.
/// </summary>
internal static class FaultFrames
{
    private const string PostOpReverted = "AA50";
    private const string PrefundBelowCost = "AA51";
    private const string PostOp = "the postOp";

    /// <param name="entryPoint">The one that was called.</param>
    /// <param name="operations">In the order of the call data.</param>
    /// <param name="root">The frame of handleOps, which failed.</param>
    public static BundleFault Of(EntryPoint entryPoint, IReadOnlyList<UserOperation> operations, CallFrame root)
    {
        BundleFault told = BundleFaults.Of(entryPoint, operations, root.Output);
        if (told.Blamed is not null && AaError.Parse(told.Reason)?.Code == PostOpReverted)
        {
            return told with { IsOfPostOp = true };
        }

        if (told.Blamed is not null || (told.OperationIndex is null && !root.Output.IsEmpty))
        {
            return told;
        }

        (int Index, Entity? Entity, string What)? death = InExecution(entryPoint, operations, root, told.Reason) ?? InValidation(entryPoint, operations, root);
        if (death is not { } at || (told.OperationIndex is { } named && named != at.Index))
        {
            return told;
        }

        string reason = at.Entity is { } entity ? $"{told.Reason} in {at.What} of {entity}" : told.Reason;
        return told with { OperationIndex = at.Index, Blamed = at.Entity, Reason = reason, IsOfPostOp = at.What == PostOp };
    }

    /// <summary>The last innerHandleOp, if it failed: what its postOp did is the paymaster's, everything else the account's.</summary>
    private static (int Index, Entity? Entity, string What)? InExecution(
        EntryPoint entryPoint, IReadOnlyList<UserOperation> operations, CallFrame root, string reason)
    {
        ValidationSelectors selectors = entryPoint.Bundles.Selectors;
        int executed = 0;
        CallFrame? last = null;
        foreach (CallFrame call in root.Calls.Where(call => call.Selector == selectors.InnerHandleOp && call.To == entryPoint.Address))
        {
            executed++;
            last = call;
        }

        if (last is not { Failed: true } || executed > operations.Count)
        {
            return null;
        }

        UserOperation operation = operations[executed - 1];
        bool isShortOfPrefund = AaError.Parse(reason)?.Code == PrefundBelowCost;
        if (operation.Paymaster is { } paymaster
            && last.Calls.Count > 0 && last.Calls[^1] is var ending && ending.To == paymaster && ending.Selector == selectors.PostOp
            && (ending.Failed || !isShortOfPrefund))
        {
            return (executed - 1, new Entity(EntityKind.Paymaster, paymaster), PostOp);
        }

        // Before it has called anybody, the EntryPoint speaks of the gas of the bundle: that is ours.
        Entity? account = last.Calls.Count == 0 && !isShortOfPrefund ? null : new Entity(EntityKind.Account, operation.Sender);
        return (executed - 1, account, "the execution");
    }

    /// <summary>Without an execution: the validation that the EntryPoint was at.</summary>
    private static (int Index, Entity? Entity, string What)? InValidation(EntryPoint entryPoint, IReadOnlyList<UserOperation> operations, CallFrame root)
    {
        ValidationSelectors selectors = entryPoint.Bundles.Selectors;
        if (root.Calls.Count == 0 || root.Calls.Any(call => call.Selector == selectors.InnerHandleOp && call.To == entryPoint.Address))
        {
            return null;
        }

        CallFrame last = root.Calls[^1];
        int validated = root.Calls.Count(call => call.Selector == selectors.ValidateUserOp);
        int index = IsCreation(last, selectors) ? validated : validated - 1;
        if (index < 0 || index >= operations.Count)
        {
            return null;
        }

        UserOperation operation = operations[index];
        Entity? entity =
            IsCreation(last, selectors) && operation.Factory is { } factory && factory != Eip7702Marker.Address ? new Entity(EntityKind.Factory, factory)
            : last.To == operation.Paymaster && last.Selector == selectors.ValidatePaymasterUserOp ? new Entity(EntityKind.Paymaster, last.To!.Value)
            : IsCreation(last, selectors) || last.To == operation.Sender ? new Entity(EntityKind.Account, operation.Sender)
            : null;
        return (index, entity, "the validation");
    }

    private static bool IsCreation(CallFrame call, ValidationSelectors selectors) =>
        call.Selector == selectors.CreateSender || (selectors.InitEip7702Sender != 0 && call.Selector == selectors.InitEip7702Sender);
}
