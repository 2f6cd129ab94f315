using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Validation;

/// <summary>Third validation (ERC-7562): the whole handleOps as the signer will send it, in one call.</summary>
public sealed class BundleValidator(
    ITraceSource traces, EthClient eth, DebugClient debug, StakePolicy stakes, IOptions<ValidationOptions> options)
{
    private const string CallTracer = "callTracer";

    // EIP-7702 PER_EMPTY_ACCOUNT_COST; a state override stands in for the tuple and costs nothing.
    private const ulong AuthorizationGas = 25_000;

    private readonly TimeSpan _timeout = options.Value.TraceTimeout;

    /// <summary>Runs the bundle on top of the newest block.</summary>
    /// <param name="operations">In the bundle's order, with their second validations; all for one EntryPoint.</param>
    /// <param name="callData">The handleOps or handleAggregatedOps call.</param>
    /// <param name="from">The signer.</param>
    /// <param name="gasLimit">What the transaction may use.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<BundleCheck> CheckAsync(
        IReadOnlyList<ValidatedOperation> operations, Bytes callData, Address from, ulong gasLimit, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = operations[0].EntryPoint;
        CallRequest call = new() { From = from, To = entryPoint.Address, Data = callData, Gas = gasLimit };
        StateOverride? delegations = HandleOpsCall.Delegations(operations.Select(each => each.Operation));
        ulong authorizations = AuthorizationGas * (ulong)operations.Count(each => each.Operation.Eip7702Auth is not null);
        try
        {
            BundleCheck check = traces.SeesOpcodes
                ? await TraceAsync(operations, call, delegations, cancellationToken)
                : await EstimateAsync(operations, call, delegations, cancellationToken);
            return check with { GasUsed = check.GasUsed + authorizations };
        }
        catch (TraceTimeoutException slow)
        {
            return new BundleCheck { Fault = new BundleFault(null, slow.Message, null, Bytes.Empty) };
        }
    }

    private async Task<BundleCheck> TraceAsync(
        IReadOnlyList<ValidatedOperation> operations, CallRequest call, StateOverride? delegations, CancellationToken cancellationToken)
    {
        JsonObject config = new() { ["withLog"] = true };
        JsonElement json = await TraceFault.GuardAsync(
            _timeout, () => debug.TraceCallAsync(call, BlockTag.Latest, CallTracer, config, delegations, null, _timeout, cancellationToken));
        CallTrace trace = CallTraceReader.Read(json);
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
