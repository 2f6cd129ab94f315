using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Admission;

/// <summary>
/// The front door of estimates. Whatever it answers is taken when it is sent: it knows the pending operations that come first, and the rules that the
/// operation would meet with the limits that were found.
/// </summary>
public sealed class EstimationDesk(
    GasEstimator estimator, AdmissionRules rules, FeeOracle fees, FactReader facts, StateAhead ahead, Mempools mempools, ValidationTurns turns,
    SetCodeProbe setCode,
    IOptions<AdmissionOptions> options)
{
    private readonly uint _minCallGas = options.Value.MinCallGasLimit;

    public async Task<Outcome<GasEstimate>> EstimateAsync(
        EntryPoint entryPoint, PartialUserOperation partial, StateOverride? overrides, CancellationToken cancellationToken)
    {
        // A fee of zero is one that is filled in later, however high the tip is.
        UserOperation given = partial.Operation with { MaxFeePerGas = MostFee(partial.Operation) };
        if (Refusal(entryPoint, partial.HasCallGasLimit ? given : given with { CallGasLimit = _minCallGas }) is { } refusal)
        {
            return refusal;
        }

        if (await TooCheapAsync(partial.Operation, cancellationToken) is { } tooCheap)
        {
            return tooCheap;
        }

        if (given.Eip7702Auth is not null && await setCode.RefusalAsync(cancellationToken) is { } untaken)
        {
            return Eip7702.RefusedByNode(untaken);
        }

        Outcome<GasEstimate> outcome = await turns.RunAsync(() => SimulateAsync(entryPoint, partial, overrides, cancellationToken), cancellationToken);
        if (!outcome.Accepted)
        {
            return outcome;
        }

        GasEstimate estimate = partial.HasCallGasLimit
            ? outcome.Value
            : outcome.Value with { CallGasLimit = UInt256.Max(outcome.Value.CallGasLimit, _minCallGas) };
        return Refusal(entryPoint, With(given, estimate)) is { } tooMuch ? tooMuch : estimate;
    }

    private async Task<Outcome<GasEstimate>> SimulateAsync(
        EntryPoint entryPoint, PartialUserOperation partial, StateOverride? overrides, CancellationToken cancellationToken)
    {
        if (await QueuedBeforeAsync(entryPoint, partial.Operation, cancellationToken) is { Count: > 0 } before)
        {
            Outcome<StateOverride> after = await ahead.AfterAsync(entryPoint, before, overrides ?? StateOverride.Empty, cancellationToken);
            if (after.Rejection is { } unknown)
            {
                return unknown;
            }

            overrides = after.Value;
        }

        return await estimator.EstimateAsync(entryPoint, partial, overrides, cancellationToken);
    }

    private static UInt256 MostFee(UserOperation operation) => operation.MaxFeePerGas.IsZero ? operation.MaxPriorityFeePerGas : operation.MaxFeePerGas;

    /// <summary>Fees that are given are judged as sending judges them. One that is absent or zero is filled in by whoever sends.</summary>
    private async ValueTask<Rejection?> TooCheapAsync(UserOperation given, CancellationToken cancellationToken)
    {
        if (given.MaxFeePerGas.IsZero && given.MaxPriorityFeePerGas.IsZero)
        {
            return null;
        }

        FeeQuote quote = await fees.CurrentAsync(cancellationToken);
        UInt256 most = given.MaxFeePerGas.IsZero ? UInt256.MaxValue : given.MaxFeePerGas;
        UInt256 tip = given.MaxPriorityFeePerGas.IsZero ? UInt256.Min(quote.FloorTip, most) : given.MaxPriorityFeePerGas;
        return fees.Check(given with { MaxFeePerGas = most, MaxPriorityFeePerGas = tip }, quote);
    }

    private Rejection? Refusal(EntryPoint entryPoint, UserOperation operation)
    {
        AdmissionContext context = new() { EntryPoint = entryPoint, Operation = operation, Packed = entryPoint.Operations.Pack(operation) };
        return rules.OfAnEstimate.Select(rule => rule.Check(context)).FirstOrDefault(rejection => rejection is not null);
    }

    private async Task<IReadOnlyList<UserOperation>> QueuedBeforeAsync(EntryPoint entryPoint, UserOperation operation, CancellationToken cancellationToken)
    {
        Mempool pool = mempools[entryPoint.Address];
        UserOperationNonce nonce = UserOperationNonce.Of(operation.Nonce);
        if (!pool.Ask(view => view.Queue(operation.Sender, nonce.Key).Any(entry => entry.Nonce.Sequence < nonce.Sequence)))
        {
            return [];
        }

        AdmissionContext context = new()
        {
            EntryPoint = entryPoint, Operation = operation, Packed = Bytes.Empty, Facts = await facts.ReadAsync(entryPoint, operation, cancellationToken),
        };
        return pool.Ask(context.QueuedBefore);
    }

    private static UserOperation With(UserOperation operation, GasEstimate estimate) => operation with
    {
        PreVerificationGas = estimate.PreVerificationGas,
        VerificationGasLimit = estimate.VerificationGasLimit,
        CallGasLimit = estimate.CallGasLimit,
        PaymasterVerificationGasLimit = estimate.PaymasterVerificationGasLimit ?? UInt256.Zero,
        PaymasterPostOpGasLimit = estimate.PaymasterPostOpGasLimit ?? UInt256.Zero,
    };
}
