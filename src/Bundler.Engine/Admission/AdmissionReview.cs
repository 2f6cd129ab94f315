using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Admission;

/// <summary>A dry run of the <see cref="AdmissionDesk"/>: asks every rule instead of stopping at the first that says no, and changes nothing.</summary>
public sealed class AdmissionReview(
    AdmissionRules rules, FactReader facts, OperationValidator validator, Mempools mempools, FeeOracle fees, HeadFeed heads, ChainProfile chain,
    ValidationTurns turns)
{
    public async Task<AdmissionReport> ExamineAsync(EntryPoint entryPoint, UserOperation operation, CancellationToken cancellationToken)
    {
        AdmissionContext context = new() { EntryPoint = entryPoint, Operation = operation, Packed = entryPoint.Operations.Pack(operation) };
        if (All(rules.OfTheOperation, context) is { Count: > 0 } malformed)
        {
            return new AdmissionReport { Rejections = malformed };
        }

        Mempool pool = mempools[entryPoint.Address];
        ChainHead head = await heads.CurrentAsync(cancellationToken);
        ValidationFacts known = await facts.ReadAsync(entryPoint, operation, cancellationToken);
        Outcome<Hash32> hash = entryPoint.HashOrRejection(operation, chain.ChainId, known.Delegate);
        if (!hash.Accepted)
        {
            return new AdmissionReport { Rejections = [hash.Rejection] };
        }

        context = context with { Facts = known, Fees = await fees.CurrentAsync(cancellationToken), UserOpHash = hash.Value };
        List<Rejection> rejections = All(rules.OfTheChain, context);
        IReadOnlyList<UserOperation> before = pool.Ask(view =>
        {
            rejections.AddRange(All(rules.OfThePool, context with { Pool = view }));
            return context.QueuedBefore(view);
        });
        ValidationReport report = await turns.RunAsync(
            () => validator.ExamineAsync(entryPoint, operation, known, before, head, cancellationToken), cancellationToken);
        if (report.Rejection is { } rejection)
        {
            rejections.Add(rejection);
        }
        else
        {
            context = context with { Validation = report.Result! };
            rejections.AddRange(pool.Ask(view => All(rules.AfterValidation, context with { Pool = view })));
        }

        return new AdmissionReport { UserOpHash = context.UserOpHash, Rejections = rejections, Validation = report };
    }

    private static List<Rejection> All(IReadOnlyList<IAdmissionRule> rules, AdmissionContext context) =>
        [.. rules.Select(rule => rule.Check(context)).OfType<Rejection>()];
}
