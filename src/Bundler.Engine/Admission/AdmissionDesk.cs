using System.Diagnostics;
using Bundler.Engine.Development;
using Bundler.Engine.Pool;
using Bundler.Engine.Telemetry;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Admission;

/// <summary>The front door: rules, one batched read, rules, validation by trace, rules, mempool. What comes back is the userOpHash or the reason.</summary>
public sealed class AdmissionDesk(
    AdmissionRules rules,
    ChainSurvey survey,
    FirstValidation validation,
    Mempools mempools,
    PoolIntake intake,
    Drain drain,
    TimeProvider clock,
    ILogger<AdmissionDesk> logger)
{
    private readonly LogSampler _samples = new(clock);

    /// <summary>Takes an operation, or says why not. When this returns a hash the operation is durable.</summary>
    /// <exception cref="NodeStoppingException">The node is on its way out.</exception>
    public async Task<Outcome<Hash32>> SubmitAsync(EntryPoint entryPoint, UserOperation operation, CancellationToken cancellationToken)
    {
        drain.ThrowIfBegun();
        using Activity? span = Stations.Begin(Stations.Admission);
        span?.SetTag(Stations.EntryPointVersion, entryPoint.VersionText);
        Outcome<Hash32> outcome = await AdmitAsync(entryPoint, operation, cancellationToken);
        if (outcome.Accepted)
        {
            FaultSwitch.Pass(FaultPoint.BeforeAnswer);
            span?.SetTag(Stations.UserOpHash, outcome.Value.ToString());
            logger.Admitted(outcome.Value, operation.Sender, entryPoint.VersionText);
        }
        else
        {
            span.Refused(outcome.Rejection);
            if (_samples.Takes(entryPoint.VersionText, outcome.Rejection.Code, out long leftOut))
            {
                logger.Refused(operation.Sender, entryPoint.VersionText, outcome.Rejection.Code, outcome.Rejection.Message, leftOut);
            }
        }

        return outcome;
    }

    /// <summary>Debug only: into the mempool without any rule or validation but the one of equal nonces.</summary>
    public async Task<Outcome<Hash32>> AddUnvalidatedAsync(EntryPoint entryPoint, UserOperation operation, CancellationToken cancellationToken)
    {
        Outcome<AdmissionContext> surveyed = await survey.ReadAsync(AdmissionContext.Of(entryPoint, operation), cancellationToken);
        return surveyed.Accepted
            ? await intake.AddAsync(
                surveyed.Value,
                null,
                view => view.Contains(surveyed.Value.UserOpHash) ? new Rejection.InvalidFields("", "already known") : null,
                cancellationToken)
            : surveyed.Rejection;
    }

    private async Task<Outcome<Hash32>> AdmitAsync(EntryPoint entryPoint, UserOperation operation, CancellationToken cancellationToken)
    {
        AdmissionContext context = AdmissionContext.Of(entryPoint, operation);
        if (First(rules.OfTheOperation, context) is { } malformed)
        {
            return malformed;
        }

        Outcome<AdmissionContext> surveyed = await survey.ReadAsync(context, cancellationToken);
        if (!surveyed.Accepted)
        {
            return surveyed.Rejection;
        }

        context = surveyed.Value;
        if (First(rules.OfTheChain, context) is { } unfit)
        {
            return unfit;
        }

        (Rejection? notWanted, IReadOnlyList<UserOperation> before) = mempools[entryPoint.Address].Ask(view =>
        {
            Rejection? rejection = First(rules.OfThePool, context with { Pool = view });
            return (rejection, rejection is null ? context.QueuedBefore(view) : []);
        });
        if (notWanted is not null)
        {
            return notWanted;
        }

        Outcome<ValidationResult> validated = (await validation.RunAsync(context, before, cancellationToken)).ToOutcome();
        if (!validated.Accepted)
        {
            // A block between the facts and the trace may have taken what it was validated on top of.
            return before.Count > 0 && await survey.HasMovedOnAsync(context, cancellationToken)
                ? await AdmitAsync(entryPoint, operation, cancellationToken)
                : validated.Rejection;
        }

        context = context with { Validation = validated.Value };
        return await intake.AddAsync(
            context,
            validated.Value,
            view => First(rules.OfThePool, context with { Pool = view }) ?? First(rules.AfterValidation, context with { Pool = view }),
            cancellationToken);
    }

    private static Rejection? First(IReadOnlyList<IAdmissionRule> rules, AdmissionContext context)
    {
        foreach (IAdmissionRule rule in rules)
        {
            if (rule.Check(context) is { } rejection)
            {
                return rejection;
            }
        }

        return null;
    }
}
