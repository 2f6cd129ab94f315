using Bundler.Engine.Reputation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Access;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>Third validation (ERC-7562): the whole handleOps as the signer will send it, in one call.</summary>
public sealed class BundleValidator(
    ITraceSource traces, EthClient eth, DebugClient debug, StakePolicy stakes, TimeProvider clock)
{
    // EIP-7702 PER_EMPTY_ACCOUNT_COST; a state override stands in for the tuple and costs nothing.
    private const ulong AuthorizationGas = 25_000;

    /// <summary>What an answer may take besides: nodes that keep the time themselves are waited for.</summary>
    private static readonly TimeSpan Way = TimeSpan.FromMilliseconds(500);

    /// <summary>A node without JavaScript is not asked for it again for so long.</summary>
    private static readonly TimeSpan RefusedRest = TimeSpan.FromMinutes(1);

    private readonly BundleTracer _tracer = new(debug);
    private long? _refusedAt;

    /// <summary>
    /// Runs the bundle on top of the newest block: by a trace that no operation can make large and, where that does not tell to the last gas what the
    /// operations cost, by one that has the logs, unless one of them would make it large.
    /// </summary>
    /// <param name="operations">In the bundle's order, with their second validations; all for one EntryPoint.</param>
    /// <param name="callData">The handleOps or handleAggregatedOps call.</param>
    /// <param name="from">The signer.</param>
    /// <param name="gasLimit">What the transaction may use.</param>
    /// <param name="baseFees">wei per gas: of the newest block, and of the coming one.</param>
    /// <param name="timeLimit">What the node may take; a bundle that takes longer is at fault, a node that is silent altogether is not its doing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<BundleCheck> CheckAsync(
        IReadOnlyList<ValidatedOperation> operations,
        Bytes callData,
        Address from,
        ulong gasLimit,
        IReadOnlyList<UInt256> baseFees,
        TimeSpan timeLimit,
        CancellationToken cancellationToken)
    {
        StateOverride? delegations = HandleOpsCall.Delegations(operations.Select(each => each.Operation));
        CallRequest call = new() { From = from, To = operations[0].EntryPoint.Address, Data = callData, Gas = gasLimit };
        if (!traces.SeesOpcodes)
        {
            return await GuardAsync(
                operations,
                timeLimit,
                patience => EstimateAsync(operations, call, delegations, patience),
                () => eth.EstimateGasAsync(HandleOpsCall.Nothing, BlockTag.Latest, null, cancellationToken),
                cancellationToken);
        }

        BundleCheck? lean = await LeanAsync(operations, call, delegations, baseFees, timeLimit, cancellationToken);
        if (lean is not null && (lean.IsExact || !lean.Succeeded || lean.Weights.Any(weight => weight.IsHeavy)))
        {
            return lean;
        }

        BundleCheck full = await GuardAsync(
            operations,
            timeLimit,
            patience => FullAsync(operations, call, delegations, timeLimit, patience),
            () => _tracer.ProbeAsync(timeLimit, cancellationToken),
            cancellationToken);
        return lean is not null && full.Fault is { IsUntraceable: true } ? lean : full;
    }

    /// <returns><c>null</c> where the node has no JavaScript that we can read.</returns>
    private async Task<BundleCheck?> LeanAsync(
        IReadOnlyList<ValidatedOperation> operations,
        CallRequest call,
        StateOverride? delegations,
        IReadOnlyList<UInt256> baseFees,
        TimeSpan timeLimit,
        CancellationToken cancellationToken)
    {
        if (_refusedAt is { } since && clock.GetElapsedTime(since) < RefusedRest)
        {
            return null;
        }

        try
        {
            BundleCheck check = await GuardAsync(operations, timeLimit, TraceAsync, () => _tracer.ProbeLeanAsync(timeLimit, cancellationToken), cancellationToken);
            _refusedAt = null;
            return check;
        }
        catch (JsonRpcException refusal) when (AccessRefusal.KindOf(refusal.Error) is AccessRefusalKind.OfTheRequest or AccessRefusalKind.NotServed)
        {
            // It refuses that tracer altogether.
            _refusedAt = clock.GetTimestamp();
            return null;
        }
        catch (CodecException)
        {
            _refusedAt = clock.GetTimestamp();
            return null;
        }

        async Task<BundleCheck> TraceAsync(CancellationToken patience)
        {
            LeanTrace trace = await _tracer.LeanAsync(call, delegations, timeLimit, patience);
            return trace.Root.Failed
                ? new BundleCheck { GasUsed = trace.Root.GasUsed, Fault = Fault(operations, trace.Root), Weights = trace.Weights }
                : BundleTally.Of(operations, trace, stakes, baseFees);
        }
    }

    private async Task<BundleCheck> GuardAsync(
        IReadOnlyList<ValidatedOperation> operations,
        TimeSpan timeLimit,
        Func<CancellationToken, Task<BundleCheck>> run,
        Func<Task> probe,
        CancellationToken cancellationToken)
    {
        ulong authorizations = AuthorizationGas * (ulong)operations.Count(each => each.Operation.Eip7702Auth is not null);
        try
        {
            BundleCheck check = await TraceFault.GuardAsync(
                timeLimit, clock, () => WithinAsync(timeLimit + Way, run, cancellationToken), () => eth.BlockNumberAsync(cancellationToken));
            return check with { GasUsed = check.GasUsed + authorizations };
        }
        catch (UntraceableException heavy)
        {
            return Unnamed(heavy.Message, isUntraceable: true, heavy.IsDoubtful);
        }
        catch (JsonRpcException refusal) when (AccessRefusal.KindOf(refusal.Error) == AccessRefusalKind.OfTheRequest)
        {
            // A node that does not even run nothing is in trouble: that is nobody's fault here, and thrown.
            await probe();
            return Unnamed($"the Ethereum node does not run it: {refusal.Error.Message}");
        }
        catch (CodecException fault)
        {
            await probe();
            return Unnamed($"its trace cannot be read: {fault.Message}");
        }
    }

    private static BundleCheck Unnamed(string reason, bool isUntraceable = false, bool isDoubtful = false) =>
        new() { Fault = new BundleFault(null, reason, null, Bytes.Empty) { IsUntraceable = isUntraceable, IsDoubtful = isDoubtful } };

    /// <summary>Not every node keeps the time it is given.</summary>
    private async Task<BundleCheck> WithinAsync(
        TimeSpan limit, Func<CancellationToken, Task<BundleCheck>> check, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(limit, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return await check(either.Token);
        }
        catch (OperationCanceledException fault) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TransportException(TransportFault.Timeout, $"the bundle was not run within {limit.TotalSeconds:0.#} s", fault);
        }
    }

    private async Task<BundleCheck> FullAsync(
        IReadOnlyList<ValidatedOperation> operations, CallRequest call, StateOverride? delegations, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        CallTrace trace = await _tracer.FullAsync(call, delegations, timeLimit, cancellationToken);
        return trace.Root.Failed
            ? new BundleCheck { GasUsed = trace.Root.GasUsed, Fault = Fault(operations, trace.Root) }
            : BundleTally.Of(operations, trace, stakes);
    }

    /// <summary>For nodes without tracers: only whether it goes through, and how much gas it needs.</summary>
    private async Task<BundleCheck> EstimateAsync(
        IReadOnlyList<ValidatedOperation> operations, CallRequest call, StateOverride? delegations, CancellationToken cancellationToken)
    {
        try
        {
            return new BundleCheck { GasUsed = await eth.EstimateGasAsync(call, BlockTag.Latest, delegations, cancellationToken) };
        }
        catch (CallRevertedException reverted)
        {
            return new BundleCheck
            {
                Fault = BundleFaults.Of(operations[0].EntryPoint, [.. operations.Select(each => each.Operation)], reverted.RevertData),
            };
        }
    }

    private static BundleFault Fault(IReadOnlyList<ValidatedOperation> operations, CallFrame root) =>
        FaultFrames.Of(operations[0].EntryPoint, [.. operations.Select(each => each.Operation)], root);
}
