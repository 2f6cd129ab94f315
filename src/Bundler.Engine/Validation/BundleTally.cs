using Bundler.Engine.Reputation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>Adds up a bundle that goes through, and compares each entity with how it behaved alone (EREP-055, EREP-070). Pure.</summary>
internal static class BundleTally
{
    // EREP-070: more than 10 % less.
    private const ulong SharePercent = 90;

    public static BundleCheck Of(IReadOnlyList<ValidatedOperation> operations, CallTrace trace, StakePolicy stakes)
    {
        List<UserOperationEventData> events =
        [
            .. trace.Logs
                .Where(log => log.Address == operations[0].EntryPoint.Address && log.Topics.Count > 0 && log.Topics[0] == EntryPointEvents.UserOperationEvent.Topic)
                .Select(log => UserOperationEventData.Decode(log.Topics, log.Data)),
        ];

        // Every operation ends with one event, in the bundle's order.
        return Of(operations, trace.Root, stakes, [.. events.Select(end => new OperationEnd(end.Success, end.ActualGasUsed, end.ActualGasCost, IsExact: true))]);
    }

    /// <summary>Without logs: what the operations cost is read from the frames.</summary>
    public static BundleCheck Of(IReadOnlyList<ValidatedOperation> operations, LeanTrace trace, StakePolicy stakes, IReadOnlyList<UInt256> baseFees)
    {
        IReadOnlyList<OperationEnd> ends = ExecutionEnds.Of(operations, trace.Root, baseFees);
        return Of(operations, trace.Root, stakes, ends) with
        {
            Weights = trace.Weights,
            IsExact = ends.Count == operations.Count && ends.All(end => end.IsExact),
        };
    }

    private static BundleCheck Of(IReadOnlyList<ValidatedOperation> operations, CallFrame root, StakePolicy stakes, IReadOnlyList<OperationEnd> ends)
    {
        EntryPoint entryPoint = operations[0].EntryPoint;
        IReadOnlyList<OperationFrames> frames = EntityFrames.Of(root, entryPoint, [.. operations.Select(each => each.Operation)]);
        List<BundledOperation> bundled = [];
        List<BundleFinding> findings = [];
        HashSet<Address> met = [];
        WarmTogether warm = new();
        for (int i = 0; i < operations.Count; i++)
        {
            OperationEnd end = i < ends.Count ? ends[i] : default;
            int context = ContextLength(frames[i]);
            bundled.Add(new BundledOperation(
                end.Success, end.ActualGasUsed, end.ActualGasCost, frames[i].VerificationGasUsed, frames[i].PaymasterVerificationGasUsed, context));
            findings.AddRange(Compare(i, operations[i], frames[i], context, stakes, met, warm.Savings(operations[i].Validation)));
            warm.Add(operations[i].Validation);
        }

        return new BundleCheck { GasUsed = root.GasUsed, Operations = bundled, Findings = findings };
    }

    private static IEnumerable<BundleFinding> Compare(
        int index, ValidatedOperation each, OperationFrames frames, int context, StakePolicy stakes, HashSet<Address> met, ulong warmth)
    {
        if (frames.Paymaster is { } paymaster && context != each.Validation.ContextLength)
        {
            yield return new BundleFinding(
                Erc7562Rule.Erep055,
                index,
                paymaster.Entity,
                $"paymaster returns a context of {context} bytes in the bundle, of {each.Validation.ContextLength} bytes alone");
        }

        // What an earlier operation has touched is cheaper for everybody: an entity is compared where it appears first, and less what others have warmed.
        foreach ((EntityFrame? phase, ulong used, ulong alone) in Phases(each.Validation, frames))
        {
            if (phase is { Entity: var entity } && met.Add(entity.Address) && IsStaked(each.Validation, entity, stakes) && (used + warmth) * 100 < alone * SharePercent)
            {
                yield return new BundleFinding(
                    Erc7562Rule.Erep070, index, entity, $"{entity.Title} uses {used} gas for validation in the bundle, {alone} alone");
            }
        }
    }

    private static IEnumerable<(EntityFrame? Phase, ulong Used, ulong Alone)> Phases(ValidationResult validation, OperationFrames frames) =>
    [
        (frames.Factory, frames.VerificationGasUsed, validation.VerificationGasUsed),
        (frames.Account, frames.VerificationGasUsed, validation.VerificationGasUsed),
        (frames.Paymaster, frames.PaymasterVerificationGasUsed, validation.PaymasterVerificationGasUsed),
    ];

    private static bool IsStaked(ValidationResult validation, Entity entity, StakePolicy stakes) =>
        validation.Stakes.TryGetValue(entity.Address, out StakeInfo stake) && stakes.IsStaked(stake);

    private static int ContextLength(OperationFrames frames) =>
        frames.Paymaster is { Frame.Failed: false } paymaster
            ? EntryPointCalls.DecodePaymasterValidation(paymaster.Frame.Output).Context.Length
            : 0;
}
