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

    private readonly BundleTracer _tracer = new(debug);

    /// <summary>Runs the bundle on top of the newest block.</summary>
    /// <param name="operations">In the bundle's order, with their second validations; all for one EntryPoint.</param>
    /// <param name="callData">The handleOps or handleAggregatedOps call.</param>
    /// <param name="from">The signer.</param>
    /// <param name="gasLimit">What the transaction may use.</param>
    /// <param name="timeLimit">What the node may take; a bundle that takes longer is at fault, a node that is silent altogether is not its doing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<BundleCheck> CheckAsync(
        IReadOnlyList<ValidatedOperation> operations, Bytes callData, Address from, ulong gasLimit, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = operations[0].EntryPoint;
        CallRequest call = new() { From = from, To = entryPoint.Address, Data = callData, Gas = gasLimit };
        StateOverride? delegations = HandleOpsCall.Delegations(operations.Select(each => each.Operation));
        ulong authorizations = AuthorizationGas * (ulong)operations.Count(each => each.Operation.Eip7702Auth is not null);
        try
        {
            BundleCheck check = await TraceFault.GuardAsync(
                timeLimit,
                () => WithinAsync(
                    timeLimit + Way,
                    patience => traces.SeesOpcodes
                        ? TraceAsync(operations, call, delegations, timeLimit, patience)
                        : EstimateAsync(operations, call, delegations, patience),
                    cancellationToken),
                () => eth.BlockNumberAsync(cancellationToken));
            return check with { GasUsed = check.GasUsed + authorizations };
        }
        catch (UntraceableException heavy)
        {
            return Unnamed(heavy.Message);
        }
        catch (JsonRpcException refusal) when (AccessRefusal.KindOf(refusal.Error) == AccessRefusalKind.OfTheRequest)
        {
            await ProbeAsync(timeLimit, cancellationToken);
            return Unnamed($"the Ethereum node does not run it: {refusal.Error.Message}");
        }
        catch (CodecException fault)
        {
            await ProbeAsync(timeLimit, cancellationToken);
            return Unnamed($"its trace cannot be read: {fault.Message}");
        }
    }

    /// <summary>A node that does not even run nothing is in trouble: that is nobody's fault here, and thrown.</summary>
    private Task ProbeAsync(TimeSpan timeLimit, CancellationToken cancellationToken) =>
        traces.SeesOpcodes ? _tracer.ProbeAsync(timeLimit, cancellationToken) : eth.EstimateGasAsync(HandleOpsCall.Nothing, BlockTag.Latest, null, cancellationToken);

    private static BundleCheck Unnamed(string reason) => new() { Fault = new BundleFault(null, reason, null, Bytes.Empty) };

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

    private async Task<BundleCheck> TraceAsync(
        IReadOnlyList<ValidatedOperation> operations, CallRequest call, StateOverride? delegations, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        CallTrace trace = await _tracer.TraceAsync(call, delegations, timeLimit, cancellationToken);
        return trace.Root.Failed
            ? new BundleCheck { GasUsed = trace.Root.GasUsed, Fault = Fault(operations, trace.Root.Output) }
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
            return new BundleCheck { Fault = Fault(operations, reverted.RevertData) };
        }
    }

    private static BundleFault Fault(IReadOnlyList<ValidatedOperation> operations, Bytes revertData) =>
        BundleFaults.Of(operations[0].EntryPoint, [.. operations.Select(each => each.Operation)], revertData);
}
