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
        EntryPoint entryPoint = operations[0].EntryPoint;
        IReadOnlyList<OperationFrames> frames = EntityFrames.Of(trace.Root, entryPoint, [.. operations.Select(each => each.Operation)]);
        List<UserOperationEventData> events =
        [
            .. trace.Logs
                .Where(log => log.Address == entryPoint.Address && log.Topics.Count > 0 && log.Topics[0] == EntryPointEvents.UserOperationEvent.Topic)
                .Select(log => UserOperationEventData.Decode(log.Topics, log.Data)),
        ];
        List<BundledOperation> bundled = [];
        List<BundleFinding> findings = [];
        HashSet<Address> met = [];
        for (int i = 0; i < operations.Count; i++)
        {
            // Every operation ends with one event, in the bundle's order.
            UserOperationEventData? end = i < events.Count ? events[i] : null;
            int context = ContextLength(frames[i]);
            bundled.Add(new BundledOperation(
                end?.Success ?? false,
                end?.ActualGasUsed ?? UInt256.Zero,
                end?.ActualGasCost ?? UInt256.Zero,
                frames[i].VerificationGasUsed,
                frames[i].PaymasterVerificationGasUsed,
                context));
            findings.AddRange(Compare(i, operations[i], frames[i], context, stakes, met));
        }

        return new BundleCheck { GasUsed = trace.Root.GasUsed, Operations = bundled, Findings = findings };
    }

    private static IEnumerable<BundleFinding> Compare(
        int index, ValidatedOperation each, OperationFrames frames, int context, StakePolicy stakes, HashSet<Address> met)
    {
        if (frames.Paymaster is { } paymaster && context != each.Validation.ContextLength)
        {
            yield return new BundleFinding(
                Erc7562Rule.Erep055,
                index,
                paymaster.Entity,
                $"paymaster returns a context of {context} bytes in the bundle, of {each.Validation.ContextLength} bytes alone");
        }

        // What an earlier operation has touched is warm, and cheaper for everybody: only an entity's first appearance can be compared.
        foreach ((EntityFrame? phase, ulong used, ulong alone) in Phases(each.Validation, frames))
        {
            if (phase is { Entity: var entity } && met.Add(entity.Address) && IsStaked(each.Validation, entity, stakes) && used * 100 < alone * SharePercent)
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
