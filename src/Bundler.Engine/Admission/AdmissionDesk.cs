using System.Diagnostics;
using Bundler.Engine.Chain;
using Bundler.Engine.Development;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Telemetry;
using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Admission;

/// <summary>The front door: rules, one batched read, rules, validation by trace, rules, mempool. What comes back is the userOpHash or the reason.</summary>
public sealed class AdmissionDesk
{
    private readonly AdmissionRules _rules;
    private readonly RuleSet _ruleSet;
    private readonly FactReader _facts;
    private readonly OperationValidator _validator;
    private readonly Mempools _mempools;
    private readonly ReputationLedger _reputation;
    private readonly StakePolicy _stake;
    private readonly FeeOracle _fees;
    private readonly HeadFeed _heads;
    private readonly ChainProfile _chain;
    private readonly TimeProvider _clock;
    private readonly ILogger<AdmissionDesk> _logger;
    private readonly ValidationTurns _turns;
    private readonly Drain _drain;
    private readonly LogSampler _samples;

    public AdmissionDesk(
        AdmissionRules rules,
        FactReader facts,
        OperationValidator validator,
        Mempools mempools,
        ReputationLedger reputation,
        StakePolicy stake,
        FeeOracle fees,
        HeadFeed heads,
        ChainProfile chain,
        ValidationTurns turns,
        Drain drain,
        TimeProvider clock,
        ILogger<AdmissionDesk> logger,
        RuleSet? ruleSet = null)
    {
        _rules = rules;
        _ruleSet = ruleSet ?? RuleSet.All;
        _facts = facts;
        _validator = validator;
        _mempools = mempools;
        _reputation = reputation;
        _stake = stake;
        _fees = fees;
        _heads = heads;
        _chain = chain;
        _clock = clock;
        _logger = logger;
        _turns = turns;
        _drain = drain;
        _samples = new LogSampler(clock);
    }

    /// <summary>Takes an operation, or says why not. When this returns a hash the operation is durable.</summary>
    /// <exception cref="NodeStoppingException">The node is on its way out.</exception>
    public async Task<Outcome<Hash32>> SubmitAsync(EntryPoint entryPoint, UserOperation operation, CancellationToken cancellationToken)
    {
        _drain.ThrowIfBegun();
        using Activity? span = Stations.Begin(Stations.Admission);
        span?.SetTag(Stations.EntryPointVersion, entryPoint.VersionText);
        Outcome<Hash32> outcome = await AdmitAsync(entryPoint, operation, cancellationToken);
        if (outcome.Accepted)
        {
            FaultSwitch.Pass(FaultPoint.BeforeAnswer);
            span?.SetTag(Stations.UserOpHash, outcome.Value.ToString());
            _logger.Admitted(outcome.Value, operation.Sender, entryPoint.VersionText);
        }
        else
        {
            span.Refused(outcome.Rejection);
            if (_samples.Takes(entryPoint.VersionText, outcome.Rejection.Code, out long leftOut))
            {
                _logger.Refused(operation.Sender, entryPoint.VersionText, outcome.Rejection.Code, outcome.Rejection.Message, leftOut);
            }
        }

        return outcome;
    }

    /// <summary>Debug only: into the mempool without any rule or validation but the one of equal nonces.</summary>
    public async Task<Outcome<Hash32>> AddUnvalidatedAsync(EntryPoint entryPoint, UserOperation operation, CancellationToken cancellationToken)
    {
        ChainHead head = await _heads.CurrentAsync(cancellationToken);
        ValidationFacts facts = await _facts.ReadAsync(entryPoint, operation, cancellationToken);
        Outcome<Hash32> hash = entryPoint.HashOrRejection(operation, _chain.ChainId, facts.Delegate);
        if (!hash.Accepted)
        {
            return hash;
        }

        Bytes packed = entryPoint.Operations.Pack(operation);
        MempoolEntry entry = new()
        {
            Operation = operation,
            UserOpHash = hash.Value,
            EntryPoint = entryPoint,
            AdmittedAt = _clock.GetUtcNow(),
            AdmittedAtBlock = head.Number,
            Size = packed.Length,
            CalldataTokens = CalldataCost.Tokens(packed),
            Sequence = _mempools.NextSequence(),
        };
        return await AddAsync(
            entry, view => view.Contains(entry.UserOpHash) ? new Rejection.InvalidFields("", "already known") : null, cancellationToken);
    }

    private async Task<Outcome<Hash32>> AdmitAsync(EntryPoint entryPoint, UserOperation operation, CancellationToken cancellationToken)
    {
        Mempool pool = _mempools[entryPoint.Address];
        AdmissionContext context = new() { EntryPoint = entryPoint, Operation = operation, Packed = entryPoint.Operations.Pack(operation) };
        if (First(_rules.OfTheOperation, context) is { } malformed)
        {
            return malformed;
        }

        ChainHead head = await _heads.CurrentAsync(cancellationToken);
        ValidationFacts facts = await FactsAsync(entryPoint, operation, cancellationToken);
        Outcome<Hash32> hash = entryPoint.HashOrRejection(operation, _chain.ChainId, facts.Delegate);
        if (!hash.Accepted)
        {
            return hash;
        }

        context = context with { Facts = facts, Fees = await _fees.CurrentAsync(cancellationToken), UserOpHash = hash.Value };
        if (First(_rules.OfTheChain, context) is { } unfit)
        {
            return unfit;
        }

        (Rejection? notWanted, IReadOnlyList<UserOperation> before) = pool.Ask(view =>
        {
            Rejection? rejection = First(_rules.OfThePool, context with { Pool = view });
            return (rejection, rejection is null ? context.QueuedBefore(view) : []);
        });
        if (notWanted is not null)
        {
            return notWanted;
        }

        Outcome<ValidationResult> validated = await ValidateAsync(entryPoint, operation, facts, before, cancellationToken);
        if (!validated.Accepted)
        {
            // A block between the facts and the trace may have taken what it was validated on top of.
            return before.Count > 0 && await HasMovedOnAsync(context, cancellationToken)
                ? await AdmitAsync(entryPoint, operation, cancellationToken)
                : validated.Rejection;
        }

        context = context with { Validation = validated.Value };
        MempoolEntry entry = new()
        {
            Operation = operation,
            UserOpHash = context.UserOpHash,
            EntryPoint = entryPoint,
            Validation = validated.Value,
            AdmittedBy = Stations.Current,
            AdmittedAt = _clock.GetUtcNow(),
            AdmittedAtBlock = head.Number,
            Size = context.Packed.Length,
            CalldataTokens = CalldataCost.Tokens(context.Packed),
            Sequence = _mempools.NextSequence(),
        };
        return await AddAsync(
            entry,
            view => First(_rules.OfThePool, context with { Pool = view }) ?? First(_rules.AfterValidation, context with { Pool = view }),
            cancellationToken);
    }

    private async Task<ValidationFacts> FactsAsync(EntryPoint entryPoint, UserOperation operation, CancellationToken cancellationToken)
    {
        using Activity? span = Stations.Begin(Stations.Facts);
        return await _facts.ReadAsync(entryPoint, operation, cancellationToken);
    }

    private async Task<Outcome<Hash32>> AddAsync(MempoolEntry entry, Func<MempoolView, Rejection?> check, CancellationToken cancellationToken)
    {
        using Activity? span = Stations.Begin(Stations.Store);
        MempoolEntry? replaced = null;
        Outcome<Hash32> added = await _mempools[entry.EntryPoint.Address].AddAsync(
            entry,
            view =>
            {
                replaced = view.Find(entry.Operation.Sender, entry.Operation.Nonce);
                return check(view);
            },
            cancellationToken);
        if (added.Accepted)
        {
            Count(entry, replaced);
        }

        return added;
    }

    /// <summary>GREP-050: what is replaced was not seen, what replaces it is; for an entity that both name nothing changes, however often it is repeated.</summary>
    private void Count(MempoolEntry entry, MempoolEntry? replaced)
    {
        Address[] now = [.. entry.CountedEntities(_stake)];
        Address[] before = replaced is not null && _ruleSet.Has(Erc7562Rule.Grep050) ? [.. replaced.CountedEntities(_stake)] : [];
        _reputation.Seen(entry.EntryPoint.Address, now.Except(before));
        _reputation.Unseen(entry.EntryPoint.Address, before.Except(now));
    }

    private Task<Outcome<ValidationResult>> ValidateAsync(
        EntryPoint entryPoint, UserOperation operation, ValidationFacts facts, IReadOnlyList<UserOperation> before, CancellationToken cancellationToken) =>
        _turns.RunAsync(
            async () => await _validator.ValidateAsync(entryPoint, operation, facts, before, await _heads.CurrentAsync(cancellationToken), cancellationToken),
            cancellationToken);

    private async Task<bool> HasMovedOnAsync(AdmissionContext context, CancellationToken cancellationToken) =>
        (await _facts.ReadAsync(context.EntryPoint, context.Operation, cancellationToken)).NonceSequence > context.Facts.NonceSequence;

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
