using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>What the EntryPoint made of an operation in a trace: the validation data of account and paymaster, and why it refused, if it did.</summary>
/// <param name="Account">What validateUserOp returned; <c>null</c> when it returned nothing of that kind.</param>
/// <param name="Paymaster">What validatePaymasterUserOp returned.</param>
/// <param name="Context">The paymaster's context.</param>
/// <param name="Rejection">Why the EntryPoint stopped before execution; <c>null</c> when it did not.</param>
internal sealed record EntryPointVerdict(ValidationData? Account, ValidationData? Paymaster, Bytes Context, Rejection? Rejection)
{
    public static EntryPointVerdict Of(EntryPoint entryPoint, UserOperation operation, int index, OperationFrames frames, ValidationTrace trace)
    {
        ValidationData? account = AccountOf(frames);
        (Bytes Context, ValidationData ValidationData)? paymaster =
            Succeeded(frames.Paymaster) is { } answer ? Decode(answer, EntryPointCalls.DecodePaymasterValidation) : null;
        EntryPointVerdict verdict = new(account, paymaster?.ValidationData, paymaster?.Context ?? Bytes.Empty, null);
        return trace.ReachedExecution
            ? verdict
            : verdict with { Rejection = verdict.Explain(entryPoint.Bundles.DecodeFailure(trace.Root.Output), operation, index, trace.Root) };
    }

    /// <summary>What validateUserOp returned; <c>null</c> when it returned nothing of that kind.</summary>
    public static ValidationData? AccountOf(OperationFrames frames) =>
        Succeeded(frames.Account) is { } returned ? Decode(returned, EntryPointCalls.DecodeValidation) : null;

    private Rejection Explain(BundleFailure failure, UserOperation operation, int index, CallFrame root)
    {
        if (failure.OpIndex is { } blamed && blamed != index)
        {
            return new Rejection.RejectedByEntryPoint($"{failure.Reason} (an operation that must come first is not valid)", failure.InnerRevert);
        }

        if (failure.Aggregator is { } aggregator)
        {
            return new Rejection.SignatureInvalid(new Entity(EntityKind.Aggregator, aggregator), failure.Reason);
        }

        Entity account = new(EntityKind.Account, operation.Sender);
        return AaError.Parse(failure.Reason) switch
        {
            null => new Rejection.RejectedByEntryPoint(root.Output.IsEmpty ? WithoutReason(root) : failure.Reason, failure.InnerRevert),
            { IsSignature: true, Blamed: EntityKind.Paymaster } => new Rejection.SignatureInvalid(PaymasterOf(operation), failure.Reason),
            { IsSignature: true } => new Rejection.SignatureInvalid(account, failure.Reason),
            { IsTimeRange: true, Blamed: EntityKind.Paymaster } => OutOfTimeRange(Paymaster, operation.Paymaster),
            { IsTimeRange: true } => OutOfTimeRange(Account, null),
            { Blamed: EntityKind.Paymaster } when operation.Paymaster is { } paymaster =>
                new Rejection.RejectedByPaymaster(paymaster, WithInner(failure), failure.InnerRevert),
            _ => new Rejection.RejectedByEntryPoint(WithInner(failure), failure.InnerRevert),
        };
    }

    private static Entity PaymasterOf(UserOperation operation) => new(EntityKind.Paymaster, operation.Paymaster ?? Address.Zero);

    private static Rejection.OutOfTimeRange OutOfTimeRange(ValidationData? data, Address? paymaster) =>
        new(data?.ValidAfter ?? 0, data?.ValidUntil ?? 0, paymaster);

    private static string WithoutReason(CallFrame root) =>
        TraceShape.IsOutOfGas(root.Error) ? "validation ran out of gas" : "validation reverted without a reason";

    // v0.7+ hands out what the account or paymaster reverted with; v0.6 has it in its own text.
    private static string WithInner(BundleFailure failure) =>
        failure.InnerRevert.IsEmpty ? failure.Reason : $"{failure.Reason}: {RevertReason.Decode(failure.InnerRevert).Text}";

    private static Bytes? Succeeded(EntityFrame? frame) => frame is { Frame.Failed: false } ? frame.Frame.Output : null;

    private static T? Decode<T>(Bytes output, Func<Bytes, T> decode)
        where T : struct
    {
        try
        {
            return decode(output);
        }
        catch (CodecException)
        {
            // The EntryPoint could not read it either, and has reverted.
            return null;
        }
    }
}
