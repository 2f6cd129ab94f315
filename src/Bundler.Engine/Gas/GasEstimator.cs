using System.Diagnostics;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Gas;

/// <summary>
/// eth_estimateUserOperationGas (ERC-7769): every limit that is not given, found by search inside an eth_call. One round trip as a rule; one more each for an
/// EntryPoint not met before, for a sender without funds or an unreadable dummy signature, and for calls so large that one call's gas does not suffice.
/// </summary>
public sealed class GasEstimator(
    EthClient eth,
    FeeOracle fees,
    PreVerificationGasPolicy preVerificationGas,
    EntryPointCode codes,
    IOptions<EstimationOptions> options,
    IOptions<ValidationOptions> validation)
{
    private const int MaxRoundTrips = 3;

    private readonly EstimationBounds _bounds = new(
        options.Value.MaxEstimationGas, validation.Value.EffectiveMaxVerificationGas, Math.Min(options.Value.MaxCallGas, options.Value.MaxEstimationGas));

    private readonly uint _slack = validation.Value.ValidationGasSlack;

    /// <summary>The limits, or why there are none.</summary>
    /// <param name="entryPoint">The EntryPoint the operation is for.</param>
    /// <param name="partial">The operation; what it gives is kept.</param>
    /// <param name="overrides">The state in which the caller wants it estimated.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<Outcome<GasEstimate>> EstimateAsync(
        EntryPoint entryPoint, PartialUserOperation partial, StateOverride? overrides, CancellationToken cancellationToken)
    {
        EstimationTask task = new(entryPoint, partial, _bounds)
        {
            PreVerificationGas = partial.HasPreVerificationGas ? partial.Operation.PreVerificationGas : PreVerificationGas(entryPoint, partial.Operation, 0),
            Fee = AssumedFee(partial),
        };
        StateOverride state = overrides ?? StateOverride.Empty;
        int roundTrips = 1;
        if (KnownCode(entryPoint.Address, state) is not { } code)
        {
            (code, state) = await MeetAsync(entryPoint.Address, task, state, cancellationToken);
            roundTrips++;
        }

        if (code.IsEmpty)
        {
            return new Rejection.InvalidFields("entryPoint", $"no contract at {entryPoint.Address}");
        }

        EstimationResult result = await RunAsync(task, state, code, cancellationToken);
        for (; roundTrips < MaxRoundTrips && Next(task, state, result) is { } next; roundTrips++)
        {
            (task, state) = next;
            EstimationResult again = await RunAsync(task, state, code, cancellationToken);

            // Where our signature is refused as well, theirs is the better story.
            bool isWorse = result.Status == EstimationStatus.ValidationFailed
                && again.Status == EstimationStatus.ValidationFailed && IsAccountRevert(entryPoint, again);
            result = isWorse ? result : again;
        }

        return EstimationRejection.Of(entryPoint, partial.Operation, result) is { } rejection ? rejection : Estimate(entryPoint, partial, result);
    }

    /// <summary>What another call would find out; null when this one said all.</summary>
    private (EstimationTask Task, StateOverride State)? Next(EstimationTask task, StateOverride state, EstimationResult result)
    {
        UserOperation operation = task.Partial.Operation;
        switch (result.Status)
        {
            case EstimationStatus.BalanceTooLow:
                return (task, Funded(operation.Sender, result.SenderBalance, state));
            case EstimationStatus.ValidationFailed when IsAboutSignature(task, result):
                return (task with { Signature = DummySignature.Readable(operation.Signature) }, state);
            case EstimationStatus.Done when !result.Finished:
                return (task with { CallRange = result.Call }, state);
            default:
                return null;
        }
    }

    private static bool IsAboutSignature(EstimationTask task, EstimationResult result) =>
        task.Signature != DummySignature.Readable(task.Partial.Operation.Signature) && IsAccountRevert(task.EntryPoint, result);

    private static bool IsAccountRevert(EntryPoint entryPoint, EstimationResult result) =>
        AaError.Parse(entryPoint.Bundles.DecodeFailure(result.RevertData).Reason)?.Code == "AA23";

    private Bytes? KnownCode(Address entryPoint, StateOverride state) =>
        (state.Accounts.TryGetValue(entryPoint, out AccountOverride? account) ? account.Code : null) ?? codes.Find(entryPoint);

    /// <summary>An EntryPoint not met before: its code, and in the same round trip what would cost another one, the sender's balance.</summary>
    private async Task<(Bytes Code, StateOverride State)> MeetAsync(
        Address entryPoint, EstimationTask task, StateOverride state, CancellationToken cancellationToken)
    {
        Address sender = task.Partial.Operation.Sender;
        EthBatch batch = eth.Batch();
        Pending<Bytes> code = batch.GetCode(entryPoint, BlockTag.Latest);
        Pending<UInt256> balance = batch.GetBalance(sender, BlockTag.Latest);
        await batch.SendAsync(cancellationToken);
        codes.Remember(entryPoint, code.Value);
        bool isPoor = balance.Value < _bounds.CallGas && !(state.Accounts.TryGetValue(sender, out AccountOverride? account) && account.Balance is not null);
        return (code.Value, isPoor ? Funded(sender, balance.Value, state) : state);
    }

    /// <summary>With enough for any prefund at 1 wei per gas: the fee of an estimation is no more than it takes to make the sender pay.</summary>
    private StateOverride Funded(Address sender, UInt256 balance, StateOverride state) =>
        state.With(sender, account => account with { Balance = balance + _bounds.CallGas });

    private async Task<EstimationResult> RunAsync(EstimationTask task, StateOverride state, Bytes code, CancellationToken cancellationToken) =>
        EstimationResult.Decode(await eth.CallAsync(task.ToCall(), BlockTag.Latest, task.Overrides(state, code), cancellationToken));

    private UInt256 AssumedFee(PartialUserOperation partial)
    {
        FeeQuote quote = fees.Latest;
        return partial.HasFees && !partial.Operation.MaxFeePerGas.IsZero
            ? partial.Operation.MaxFeePerGas
            : UInt256.Max(quote.BaseFeePerGas + quote.SuggestedTip, UInt256.One);
    }

    private GasEstimate Estimate(EntryPoint entryPoint, PartialUserOperation partial, EstimationResult result)
    {
        UserOperation given = partial.Operation;
        bool hasPaymasterLimits = entryPoint.HasPaymasterGasLimits && given.Paymaster is not null;
        UInt256 verification = EstimationMargins.Verification(result.Verification.High, _slack, DummySignature.Count(given.Signature));
        UInt256 postOp = result.HasContext ? EstimationMargins.Call(result.PostOp.High) : UInt256.Zero;

        // v0.6 runs postOp with the verification limit.
        verification = hasPaymasterLimits ? verification : UInt256.Max(verification, postOp);
        UserOperation operation = given with
        {
            VerificationGasLimit = partial.HasVerificationGasLimit ? given.VerificationGasLimit : verification,
            CallGasLimit = partial.HasCallGasLimit ? given.CallGasLimit : EstimationMargins.Call(result.Call.High),
            PaymasterVerificationGasLimit = !hasPaymasterLimits ? UInt256.Zero
                : partial.HasPaymasterVerificationGasLimit ? given.PaymasterVerificationGasLimit
                : UInt256.Max(EstimationMargins.Paymaster(result.Paymaster.High), result.PaymasterUsed + _slack),
            PaymasterPostOpGasLimit = !hasPaymasterLimits ? UInt256.Zero
                : partial.HasPaymasterPostOpGasLimit ? given.PaymasterPostOpGasLimit
                : postOp,
        };
        UInt256 preVerification = partial.HasPreVerificationGas
            ? given.PreVerificationGas
            : PreVerificationGas(entryPoint, operation, (ulong)(result.VerificationUsed + result.PaymasterUsed));
        return new GasEstimate(
            preVerification,
            operation.VerificationGasLimit,
            operation.CallGasLimit,
            hasPaymasterLimits ? operation.PaymasterVerificationGasLimit : null,
            hasPaymasterLimits ? operation.PaymasterPostOpGasLimit : null);
    }

    /// <summary>For the operation as it will be sent: signed, and with a number in every field.</summary>
    private ulong PreVerificationGas(EntryPoint entryPoint, UserOperation operation, ulong verificationGasUsed)
    {
        const ulong FullFee = 0xff_ffff_ffff;
        const ulong FullGas = 0xff_ffff;
        UserOperation full = operation with
        {
            Signature = DummySignature.Dearest(operation.Signature),
            MaxFeePerGas = operation.MaxFeePerGas.IsZero ? FullFee : operation.MaxFeePerGas,
            MaxPriorityFeePerGas = operation.MaxPriorityFeePerGas.IsZero ? FullFee : operation.MaxPriorityFeePerGas,
            PreVerificationGas = FullGas,
            VerificationGasLimit = operation.VerificationGasLimit.IsZero ? FullGas : operation.VerificationGasLimit,
        };
        return preVerificationGas.Estimated(entryPoint, full, entryPoint.Operations.Pack(full), verificationGasUsed);
    }
}
