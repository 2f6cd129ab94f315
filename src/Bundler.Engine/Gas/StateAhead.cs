using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Gas;

/// <summary>
/// The state after pending operations that must come first: what their bundle would leave, as an override. Nothing of it is warm, so whatever follows is
/// estimated as in a transaction of its own.
/// </summary>
public sealed class StateAhead(DebugClient debug, IOptions<ValidationOptions> options)
{
    private const string Tracer = "prestateTracer";

    private readonly TimeSpan _timeout = TimeSpan.FromSeconds(options.Value.TraceTimeoutSeconds);

    /// <summary>The override, on top of the caller's own.</summary>
    /// <returns>Refused where the node cannot trace it and the sender's contract is among what is missing.</returns>
    /// <exception cref="TransportException">The node gave no answer.</exception>
    public async Task<Outcome<StateOverride>> AfterAsync(
        EntryPoint entryPoint, IReadOnlyList<UserOperation> before, StateOverride state, CancellationToken cancellationToken)
    {
        foreach ((Address account, AccountOverride delegation) in HandleOpsCall.Delegations(before)?.Accounts ?? StateOverride.Empty.Accounts)
        {
            state = state.With(account, known => known with { Code = known.Code ?? delegation.Code });
        }

        UInt256 gas = BundleGas.Intrinsic + BundleGas.Fixed;
        foreach (UserOperation operation in before)
        {
            gas += BundleGas.Share(entryPoint, operation, CalldataCost.Tokens(entryPoint.Operations.Pack(operation)));
        }

        CallRequest call = new()
        {
            From = HandleOpsCall.Caller,
            To = entryPoint.Address,
            Data = entryPoint.Bundles.EncodeHandleOps(before, HandleOpsCall.Caller),
            Gas = gas.FitsUInt64 ? (ulong)gas : ulong.MaxValue,
        };
        JsonObject config = new() { ["diffMode"] = true };
        try
        {
            JsonElement diff = await debug.TraceCallAsync(call, BlockTag.Latest, Tracer, config, state, null, _timeout, cancellationToken);
            return WithDeposit(entryPoint, before, diff, StateDiffJson.Apply(diff, state));
        }
        catch (Exception fault) when (fault is JsonRpcException or TransportException { Fault: TransportFault.TooLarge })
        {
            return Counted(entryPoint, before, state);
        }
    }

    /// <summary>All that is known without a trace: the sequence has gone on. What else the operations do to the sender, an estimate can do without, but for its code.</summary>
    private static Outcome<StateOverride> Counted(EntryPoint entryPoint, IReadOnlyList<UserOperation> before, StateOverride state)
    {
        UserOperation last = before[^1];
        if (before.Any(operation => operation.Factory is { } factory && (factory != Eip7702Marker.Address || !operation.FactoryData.IsEmpty)))
        {
            return new Rejection.LimitExceeded(
                "the pending operation before this one sets up the account, which this Ethereum node cannot simulate (debug_traceCall): estimate again once it is included");
        }

        UserOperationNonce nonce = UserOperationNonce.Of(last.Nonce);
        Dictionary<Hash32, Hash32> slots = new() { [SenderNonce.Slot(last.Sender, nonce.Key)] = Hash32.From((UInt256)(nonce.Sequence + 1)) };
        return state.With(entryPoint.Address, account => StateDiffJson.WithSlots(account, slots));
    }

    /// <summary>
    /// The sender's deposit as the next operation may find it: in a bundle all are validated before the first is executed and gives back what it did not
    /// use. A slot that was empty before the bundle is dear to fill then; one that was not stays so.
    /// </summary>
    private static StateOverride WithDeposit(EntryPoint entryPoint, IReadOnlyList<UserOperation> before, JsonElement diff, StateOverride after)
    {
        Hash32 slot = PayerDeposit.Slot(before[0].Sender);
        Hash32 held = StateDiffJson.Before(diff, entryPoint.Address, slot);
        UInt256 deposit = PayerDeposit.Wei(entryPoint, held);
        UInt256 spent = before.Aggregate(UInt256.Zero, (sum, operation) => sum + (operation.Paymaster is null ? entryPoint.RequiredPrefund(operation) : 0));
        UInt256 left = deposit.IsZero ? UInt256.Zero : UInt256.Max(UInt256.SubtractToZero(deposit, spent), UInt256.One);
        Dictionary<Hash32, Hash32> slots = new() { [slot] = Hash32.From(held.ToUInt256() - deposit + left) };
        return after.With(entryPoint.Address, account => StateDiffJson.WithSlots(account, slots));
    }
}
