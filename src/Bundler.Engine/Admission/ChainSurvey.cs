using System.Diagnostics;
using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Telemetry;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Admission;

/// <summary>What the chain says of an operation before anything is simulated: the newest block, the facts, the fees, and the hash that follows.</summary>
public sealed class ChainSurvey(FactReader facts, FeeOracle fees, HeadFeed heads, ChainProfile chain, SetCodeProbe setCode)
{
    /// <summary>The context with all that; or why the operation has no hash.</summary>
    public async Task<Outcome<AdmissionContext>> ReadAsync(AdmissionContext context, CancellationToken cancellationToken)
    {
        using Activity? span = Stations.Begin(Stations.Facts);
        ChainHead head = await heads.CurrentAsync(cancellationToken);
        ValidationFacts known = await facts.ReadAsync(context.EntryPoint, context.Operation, cancellationToken);
        string? refusal = context.Operation.Eip7702Auth is null ? null : await setCode.RefusalAsync(cancellationToken);
        Outcome<Hash32> hash = context.EntryPoint.HashOrRejection(context.Operation, chain.ChainId, known.Delegate);
        return hash.Accepted
            ? context with { Head = head, Facts = known, Fees = await fees.CurrentAsync(cancellationToken), UserOpHash = hash.Value, DelegationRefusal = refusal }
            : hash.Rejection;
    }

    /// <summary>The chain has used nonces of the operation's key since the context was read.</summary>
    public async Task<bool> HasMovedOnAsync(AdmissionContext context, CancellationToken cancellationToken) =>
        (await facts.ReadAsync(context.EntryPoint, context.Operation, cancellationToken)).NonceSequence > context.Facts.NonceSequence;
}
