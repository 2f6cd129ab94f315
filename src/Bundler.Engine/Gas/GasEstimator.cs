using System.Diagnostics;
using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Gas;

/// <summary>
/// eth_estimateUserOperationGas (ERC-7769): every limit that is not given, found by search inside an eth_call, and one look by the tracers whether the operation does
/// with them what it does with ample gas. Two round trips as a rule; one more each for an EntryPoint not met before, for a sender without funds or a
/// placeholder for a signature, for a paymaster that wants no postOp, for calls so large that one call's gas does not suffice, and at most two for operations that choose by gasleft().
/// Nobody needs funds for the search: docs/decisions/0040-estimates-need-no-funds.md.
/// </summary>
public sealed class GasEstimator(
    EthClient eth,
    FeeOracle fees,
    PreVerificationGasPolicy preVerificationGas,
    GasCeiling ceiling,
    EntryPointCode codes,
    DeedTracer deeds,
    IOptions<EstimationOptions> options,
    IOptions<ValidationOptions> validation)
{
    private const int MaxRoundTrips = 4;

    private readonly EstimationBounds _bounds = new(
        options.Value.MaxEstimationGas, validation.Value.EffectiveMaxVerificationGas, Math.Min(options.Value.MaxCallGas, options.Value.MaxEstimationGas));

    private readonly uint _slack = validation.Value.ValidationGasSlack;

    private readonly DeedSearch _deeds = new(deeds);

    /// <summary>The limits, or why there are none.</summary>
    /// <param name="entryPoint">The EntryPoint the operation is for.</param>
    /// <param name="partial">The operation; what it gives is kept.</param>
    /// <param name="overrides">The state in which the caller wants it estimated.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<Outcome<GasEstimate>> EstimateAsync(
        EntryPoint entryPoint, PartialUserOperation partial, StateOverride? overrides, CancellationToken cancellationToken)
    {
        StateOverride state = overrides ?? StateOverride.Empty;
        if (EstimationTask.FindOwnCode(entryPoint, state) is { } own)
        {
            return new Rejection.InvalidFields("stateOverride", $"the code of {own} cannot be overridden: an estimate runs with that of the EntryPoint and its own");
        }

        EstimationTask task = new(entryPoint, partial, _bounds)
        {
            PreVerificationGas = partial.HasPreVerificationGas ? partial.Operation.PreVerificationGas : PreVerificationGas(entryPoint, partial.Operation, 0),
            Fee = AssumedFee(partial),
            MaxCallGas = MostCallGas(entryPoint, CallGasBound.Usual(entryPoint, partial)),
        };
        int roundTrips = 1;
        if (codes.Find(entryPoint.Address) is not { } code)
        {
            (code, state) = await MeetAsync(entryPoint.Address, task, state, cancellationToken);
            roundTrips++;
        }

        if (code.IsEmpty)
        {
            return new Rejection.InvalidFields("entryPoint", $"no contract at {entryPoint.Address}");
        }

        try
        {
            EstimationResult result = await RunAsync(task, state, code, cancellationToken);
            for (; roundTrips < MaxRoundTrips && Next(task, state, result) is { } next; roundTrips++)
            {
                (task, state) = next;
                EstimationResult again = await RunAsync(task, state, code, cancellationToken);

                result = IsWorse(entryPoint, result, again) ? result : again;
            }

            if (result.Status == EstimationStatus.Done)
            {
                result = await DoingTheSameAsync(task, result, state, code, cancellationToken);
            }

            return EstimationRejection.Of(entryPoint, partial.Operation, result) is { } rejection ? rejection : Estimate(task, result);
        }
        catch (JsonRpcException halted) when (halted is not CallRevertedException && CallHalt.Is(halted.Error))
        {
            return new Rejection.LimitExceeded($"the operation cannot be estimated within {_bounds.CallGas} gas");
        }
        catch (CallRevertedException ours)
        {
            // The helper answers whatever happens to the operation: when it reverts, that is its fault and not the node's.
            throw new UnreachableException("EstimationHelper reverted", ours);
        }
    }

    /// <summary>What another call would find out; null when this one said all.</summary>
    private (EstimationTask Task, StateOverride State)? Next(EstimationTask task, StateOverride state, EstimationResult result)
    {
        UserOperation operation = task.Partial.Operation;
        switch (result.Status)
        {
            case EstimationStatus.BalanceTooLow:
                return (task, Funded(task, result.SenderBalance, state));
            case EstimationStatus.ValidationFailed when IsAboutPlaceholder(task, result):
                return (task with { Signature = DummySignature.Readable(operation.Signature) }, state);
            case EstimationStatus.ValidationFailed when IsBarelyShort(task, result):
                return (task with { Lent = EstimationMargins.HandedOn }, state);
            case EstimationStatus.ValidationFailed when IsAboutPostOp(task, result):
                return (task with { HasNoPostOp = true }, state);
            case EstimationStatus.ExecutionReverted when IsShortOfGas(task, result):
                return (task with { MaxCallGas = _bounds.MaxCallGas, IsBoundFinal = true }, state);
            case EstimationStatus.Done when result.Finished && BoundBeside(task, result) is { } bound:
                return (task with { MaxCallGas = bound, IsBoundFinal = true }, state);
            case EstimationStatus.Done when !result.Finished:
                return (task with { CallRange = result.Call }, state);
            default:
                return null;
        }
    }

    /// <summary>Where our signature is refused as well, theirs is the better story; where less gas does not do, sending says what is too much.</summary>
    private static bool IsWorse(EntryPoint entryPoint, EstimationResult result, EstimationResult again) =>
        result.Status == EstimationStatus.Done
            ? again.Status != EstimationStatus.Done
            : result.Status == EstimationStatus.ValidationFailed && again.Status == EstimationStatus.ValidationFailed && IsAccountRevert(entryPoint, again);

    /// <summary>A signature that was given is judged as it stands; only the EntryPoint's own word that it is wrong (AA24) is forgiven.</summary>
    private static bool IsAboutPlaceholder(EstimationTask task, EstimationResult result) =>
        DummySignature.IsPlaceholder(task.Partial.Operation.Signature)
        && task.Signature != DummySignature.Readable(task.Partial.Operation.Signature)
        && IsAccountRevert(task.EntryPoint, result);

    /// <summary>A given verificationGasLimit does not suffice for an account that pays: the helper hands its payment on, which the EntryPoint does not.</summary>
    private static bool IsBarelyShort(EstimationTask task, EstimationResult result) =>
        task.Partial.HasVerificationGasLimit && task.Lent == 0 && task.Partial.Operation.Paymaster is null
        && AaError.Parse(task.EntryPoint.Bundles.DecodeFailure(result.RevertData).Reason)?.Code is "AA26" or "AA40";

    /// <summary>The paymaster reverts while the operation names a postOp limit that nobody gave: one without postOp may refuse to pay for it.</summary>
    private static bool IsAboutPostOp(EstimationTask task, EstimationResult result) =>
        !task.HasNoPostOp && task.EntryPoint.HasPaymasterGasLimits && task.Partial is { HasPaymasterPostOpGasLimit: false, Operation.Paymaster: not null }
        && AaError.Parse(task.EntryPoint.Bundles.DecodeFailure(result.RevertData).Reason)?.Code == "AA33";

    /// <summary>It may need more than fits into a transaction; then what sending says of that limit is the answer.</summary>
    private bool IsShortOfGas(EstimationTask task, EstimationResult result) =>
        !task.Partial.HasCallGasLimit && !task.IsBoundFinal && task.MaxCallGas < _bounds.MaxCallGas && result.Call.Used > task.MaxCallGas / 2;

    /// <summary>What is left for the call beside the limits that were found, when the operation is too large with what the call took: it takes what it gets.</summary>
    private UInt256? BoundBeside(EstimationTask task, EstimationResult result)
    {
        EntryPoint entryPoint = task.EntryPoint;
        UserOperation found = FoundLimits.Of(task, result, _slack);
        ulong tokens = CalldataCost.Tokens(entryPoint.Operations.Pack(FullOperation.Of(found)));
        return task.Partial.HasCallGasLimit || task.IsBoundFinal || ceiling.Forbids(entryPoint, found, tokens, hasAggregator: false) is null
            ? null
            : MostCallGas(entryPoint, found);
    }

    private ulong MostCallGas(EntryPoint entryPoint, UserOperation operation) => CallGasBound.Of(
        ceiling, entryPoint, operation, CalldataCost.Tokens(entryPoint.Operations.Pack(FullOperation.Of(operation))), _bounds.MaxCallGas);

    private static bool IsAccountRevert(EntryPoint entryPoint, EstimationResult result) =>
        AaError.Parse(entryPoint.Bundles.DecodeFailure(result.RevertData).Reason)?.Code == "AA23";

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
        bool isPoor = balance.Value < task.MostPaidGas && !(state.Accounts.TryGetValue(sender, out AccountOverride? account) && account.Balance is not null);
        return (code.Value, isPoor ? Funded(task, balance.Value, state) : state);
    }

    /// <summary>With enough for any prefund at 1 wei per gas: the fee of an estimation is no more than it takes to make the sender pay.</summary>
    private static StateOverride Funded(EstimationTask task, UInt256 balance, StateOverride state) =>
        state.With(task.Partial.Operation.Sender, account => account with { Balance = balance + task.MostPaidGas });

    private async Task<EstimationResult> RunAsync(EstimationTask task, StateOverride state, Bytes code, CancellationToken cancellationToken) =>
        EstimationResult.Decode(await eth.CallAsync(task.ToCall(), BlockTag.Latest, task.Overrides(state, code), cancellationToken));

    /// <summary>With limits that make the operation do what it does with ample gas.</summary>
    private Task<EstimationResult> DoingTheSameAsync(
        EstimationTask task, EstimationResult result, StateOverride state, Bytes code, CancellationToken cancellationToken)
    {
        PartialUserOperation partial = task.Partial;
        bool isCallFound = !partial.HasCallGasLimit && !result.Call.High.IsZero;
        bool isPostOpFound = !partial.HasPaymasterPostOpGasLimit && result.HasContext && task.EntryPoint.HasPaymasterGasLimits;
        UInt256 mostCall = EstimationMargins.CallWithin(UInt256.Min(task.MaxCallGas, MostCallGas(task.EntryPoint, FoundLimits.Of(task, result, _slack))));
        EstimationResult ample = result with
        {
            Call = isCallFound ? result.Call with { High = UInt256.Max(result.Call.High, mostCall) } : result.Call,
            PostOp = isPostOpFound ? result.PostOp with { High = UInt256.Max(result.PostOp.High, _bounds.MaxVerificationGas) } : result.PostOp,
        };
        // The same for all runs, whatever their limits would cost: else they leave another deposit and differ by that alone. And where the ample ones would cost more than there is, none but
        // those that take all of the deposit would do what they do.
        UInt256 shown = UInt256.Min(task.EntryPoint.RequiredPrefund(FoundLimits.Of(task, result, _slack) with { MaxFeePerGas = task.Fee }), result.Deposit);

        return ample == result
            ? Task.FromResult(result)
            : _deeds.RaiseAsync(result, ample, ToRun, task.Overrides(state, code), AgainAsync, cancellationToken);

        CallRequest ToRun(EstimationResult limits) => task.ToRun(FoundLimits.Of(task, limits, _slack), shown);

        Task<EstimationResult> AgainAsync(EstimationResult limits)
        {
            UserOperation raised = FoundLimits.Of(task, limits, _slack);
            UserOperation given = partial.Operation with
            {
                CallGasLimit = raised.CallGasLimit, PaymasterPostOpGasLimit = raised.PaymasterPostOpGasLimit,
            };
            PartialUserOperation limited = partial with
            {
                Operation = given, HasCallGasLimit = isCallFound || partial.HasCallGasLimit, HasPaymasterPostOpGasLimit = isPostOpFound || partial.HasPaymasterPostOpGasLimit,
            };
            return RunAsync(task with { Partial = limited, CallRange = default }, state, code, cancellationToken);
        }
    }

    private UInt256 AssumedFee(PartialUserOperation partial)
    {
        FeeQuote quote = fees.Latest;
        return partial.HasFees && !partial.Operation.MaxFeePerGas.IsZero
            ? partial.Operation.MaxFeePerGas
            : UInt256.Max(quote.BaseFeePerGas + quote.SuggestedTip, UInt256.One);
    }

    private Outcome<GasEstimate> Estimate(EstimationTask task, EstimationResult result)
    {
        EntryPoint entryPoint = task.EntryPoint;
        UserOperation operation = Unpaid(task, result) ?? Complete(task, result);
        if (operation.Paymaster is { } paymaster && result.Deposit < entryPoint.RequiredPrefund(operation))
        {
            return new Rejection.RejectedByPaymaster(paymaster, "AA31 paymaster deposit too low");
        }

        if (TooTight(task.Partial, entryPoint, operation, result) is { } violation)
        {
            return new Rejection.RuleViolated(violation);
        }

        bool hasPaymasterLimits = entryPoint.HasPaymasterGasLimits && operation.Paymaster is not null;
        return new GasEstimate(
            operation.PreVerificationGas,
            operation.VerificationGasLimit,
            operation.CallGasLimit,
            hasPaymasterLimits ? operation.PaymasterVerificationGasLimit : null,
            hasPaymasterLimits ? operation.PaymasterPostOpGasLimit : null);
    }

    /// <summary>LIM-030, of limits that were given: sending will not take them.</summary>
    private RuleViolation? TooTight(PartialUserOperation partial, EntryPoint entryPoint, UserOperation operation, EstimationResult result)
    {
        ulong countedMore = operation.Paymaster is null ? Math.Min(EstimationMargins.CountedMore, (ulong)result.VerificationUsed) : 0;
        (ulong used, ulong paymasterUsed) = ((ulong)result.VerificationUsed - countedMore, (ulong)result.PaymasterUsed);
        return !deeds.CanTrace ? null
            : (partial.HasVerificationGasLimit ? GasSlackRule.OfVerification(entryPoint, operation, used, paymasterUsed, _slack) : null)
            ?? (partial.HasPaymasterVerificationGasLimit ? GasSlackRule.OfPaymaster(entryPoint, operation, paymasterUsed, _slack) : null);
    }

    /// <summary>
    /// With the limit that does for a sender whose deposit pays; null where it does not cover the operation as it is answered. Where it covers less than all that
    /// an account may have pending (UREP-010), others may have used it up by the time this one goes: then there is room for a payment.
    /// </summary>
    private UserOperation? Unpaid(EstimationTask task, EstimationResult result)
    {
        if (result.Unpaid.High.IsZero)
        {
            return null;
        }

        GasRange paying = result.Unpaid with { High = result.Unpaid.High + EstimationMargins.PaymentOnTop };
        return Covered(result.Unpaid, Erc7562Constants.SameSenderMempoolCount) ?? Covered(paying) ?? Covered(result.Unpaid);

        UserOperation? Covered(GasRange verification, int times = 1)
        {
            UserOperation operation = Complete(task, result with { Verification = verification });
            return (ulong)times * task.EntryPoint.RequiredPrefund(operation with { MaxFeePerGas = task.Fee }) <= result.Deposit ? operation : null;
        }
    }

    private UserOperation Complete(EstimationTask task, EstimationResult result)
    {
        UserOperation operation = FoundLimits.Of(task, result, _slack);
        return operation with { PreVerificationGas = Covering(task, operation, SurelyUsed(operation, result)) };
    }

    /// <summary>
    /// The search makes the account pay. When the operation is sent the account's deposit may pay, for every refund adds to it: what validation uses less then, the
    /// floor of EIP-7623 asks of preVerificationGas.
    /// </summary>
    private static ulong SurelyUsed(UserOperation operation, EstimationResult result)
    {
        ulong used = (ulong)(result.VerificationUsed + result.PaymasterUsed);
        return operation.Paymaster is null ? used - Math.Min(used, EstimationMargins.Payment(result.Deposit)) : used;
    }

    /// <summary>A given preVerificationGas where it will be taken when the operation is sent, else what is needed.</summary>
    private UInt256 Covering(EstimationTask task, UserOperation operation, ulong verificationGasUsed)
    {
        Bytes signature = DummySignature.IsPlaceholder(operation.Signature) ? DummySignature.Dearest(operation.Signature) : operation.Signature;
        UserOperation signed = operation with { Signature = signature };
        bool isTaken = task.Partial.HasPreVerificationGas
            && preVerificationGas.Check(task.EntryPoint, signed, task.EntryPoint.Operations.Pack(signed).Span, verificationGasUsed) is null;
        return isTaken ? operation.PreVerificationGas : PreVerificationGas(task.EntryPoint, operation, verificationGasUsed);
    }

    /// <summary>For the operation as it will be sent: signed, and with a number in every field.</summary>
    private ulong PreVerificationGas(EntryPoint entryPoint, UserOperation operation, ulong verificationGasUsed)
    {
        UserOperation full = FullOperation.Of(operation);
        return preVerificationGas.Estimated(entryPoint, full, entryPoint.Operations.Pack(full), verificationGasUsed);
    }
}
