using Bundler.Engine.Pool;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;

namespace Bundler.Engine.Admission;

/// <summary>A dry run of the <see cref="AdmissionDesk"/>: asks every rule instead of stopping at the first that says no, and changes nothing.</summary>
public sealed class AdmissionReview(AdmissionRules rules, ChainSurvey survey, FirstValidation validation, Mempools mempools)
{
    public async Task<AdmissionReport> ExamineAsync(EntryPoint entryPoint, UserOperation operation, CancellationToken cancellationToken)
    {
        AdmissionContext context = AdmissionContext.Of(entryPoint, operation);
        if (All(rules.OfTheOperation, context) is { Count: > 0 } malformed)
        {
            return new AdmissionReport { Rejections = malformed };
        }

        Outcome<AdmissionContext> surveyed = await survey.ReadAsync(context, cancellationToken);
        if (!surveyed.Accepted)
        {
            return new AdmissionReport { Rejections = [surveyed.Rejection] };
        }

        context = surveyed.Value;
        Mempool pool = mempools[entryPoint.Address];
        List<Rejection> rejections = All(rules.OfTheChain, context);
        IReadOnlyList<UserOperation> before = pool.Ask(view =>
        {
            rejections.AddRange(All(rules.OfThePool, context with { Pool = view }));
            return context.QueuedBefore(view);
        });
        ValidationReport report = await validation.RunAsync(context, before, cancellationToken);
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
