using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling;

/// <summary>
/// Takes the best paid operations that fit together, validates each again, then all of them as one handleOps, and gives a bundle that will
/// not fail, or none. What fails is dropped with its reason and held against whoever caused it.
/// </summary>
public sealed class BundleBuilder
{
    private readonly BundleLimits _limits;
    private readonly BundleEncoder _encoder;
    private readonly FactReader _facts;
    private readonly OperationValidator _validator;
    private readonly BundleValidator _bundleValidator;
    private readonly FeeOracle _fees;
    private readonly ReputationLedger _reputation;
    private readonly StakePolicy _stakes;
    private readonly SuspectList _suspects;
    private readonly BundlingOptions _options;
    private readonly ILogger<BundleBuilder> _logger;

    public BundleBuilder(
        BundleLimits limits,
        BundleEncoder encoder,
        FactReader facts,
        OperationValidator validator,
        BundleValidator bundleValidator,
        FeeOracle fees,
        ReputationLedger reputation,
        StakePolicy stakes,
        SuspectList suspects,
        IOptions<BundlingOptions> options,
        ILogger<BundleBuilder> logger)
    {
        _limits = limits;
        _encoder = encoder;
        _facts = facts;
        _validator = validator;
        _bundleValidator = bundleValidator;
        _fees = fees;
        _reputation = reputation;
        _stakes = stakes;
        _suspects = suspects;
        _options = options.Value;
        _logger = logger;
    }

    /// <summary>A bundle of the mempool's best operations, or <c>null</c> when there is nothing that can go now. Its operations are taken.</summary>
    public async Task<Bundle?> BuildAsync(Mempool pool, ChainHead head, Address signer, CancellationToken cancellationToken)
    {
        FeeQuote fees = await _fees.CurrentAsync(cancellationToken);
        IReadOnlyList<MempoolEntry> taken = pool.Take(Choose(pool, fees));
        if (taken.Count == 0)
        {
            return null;
        }

        List<MempoolEntry> kept = [.. taken];
        bool handedOver = false;
        try
        {
            kept = await SecondValidationAsync(pool, kept, head, cancellationToken);
            Bundle? bundle = await ThirdValidationAsync(pool, kept, fees, signer, cancellationToken);
            handedOver = bundle is not null;
            if (bundle is not null)
            {
                HashSet<Hash32> inside = [.. bundle.UserOpHashes];
                pool.Release(taken.Select(entry => entry.UserOpHash).Where(hash => !inside.Contains(hash)));
            }

            return bundle;
        }
        finally
        {
            if (!handedOver)
            {
                pool.Release(taken.Select(entry => entry.UserOpHash));
            }
        }
    }

    private List<Hash32> Choose(Mempool pool, FeeQuote fees)
    {
        BundleDraft draft = new(pool.EntryPoint, fees);
        HashSet<(Address, UInt256)> blocked = [];
        foreach (MempoolEntry next in pool.Candidates(fees.BaseFeePerGas, _options.MaxOperations * 4))
        {
            (Address, UInt256) queue = (next.Operation.Sender, next.Nonce.Key);
            if (blocked.Contains(queue) || !_suspects.MayJoin(draft, next))
            {
                blocked.Add(queue);
                continue;
            }

            if (_limits.Check(draft, next) is { } reason)
            {
                // Whatever follows it in its nonce order cannot go before it.
                blocked.Add(queue);
                _logger.LeftOut(next.UserOpHash, reason);
                continue;
            }

            draft.Add(next);
            if (_suspects.IsSuspect(next.UserOpHash))
            {
                break;
            }
        }

        return [.. draft.Entries.Select(entry => entry.UserOpHash)];
    }

    private async Task<List<MempoolEntry>> SecondValidationAsync(
        Mempool pool, List<MempoolEntry> entries, ChainHead head, CancellationToken cancellationToken)
    {
        IReadOnlyList<Outcome<ValidationResult>> outcomes = await ValidateAgainAsync(entries, head, cancellationToken);
        List<MempoolEntry> kept = [];
        HashSet<(Address, UInt256)> broken = [];
        for (int i = 0; i < entries.Count; i++)
        {
            MempoolEntry entry = entries[i];
            (Address, UInt256) queue = (entry.Operation.Sender, entry.Nonce.Key);
            if (broken.Contains(queue))
            {
                continue;
            }

            if (outcomes[i] is { Accepted: true } passed)
            {
                pool.Revalidated(entry.UserOpHash, passed.Value);
                kept.Add(entry with { Validation = passed.Value });
                continue;
            }

            Rejection rejection = outcomes[i].Rejection!;
            broken.Add(queue);
            Judge(pool.EntryPoint.Address, Blame.AtSecondValidation(entry, FailedEntity(rejection)));
            await DropAsync(pool, entry, $"second validation: {rejection.Message}", cancellationToken);
        }

        return kept;
    }

    /// <summary>Those that were validated before by what has changed since; those that were only restored, from the ground up.</summary>
    private async Task<IReadOnlyList<Outcome<ValidationResult>>> ValidateAgainAsync(
        List<MempoolEntry> entries, ChainHead head, CancellationToken cancellationToken)
    {
        ValidatedOperation[] known =
        [
            .. entries.Where(entry => entry.Validation is not null)
                .Select(entry => new ValidatedOperation(entry.EntryPoint, entry.Operation, entry.Validation!) { QueuedBefore = Before(entries, entry) }),
        ];
        IReadOnlyList<Outcome<ValidationResult>> again = known.Length > 0 ? await _validator.RevalidateAsync(known, head, cancellationToken) : [];
        MempoolEntry[] restored = [.. entries.Where(entry => entry.Validation is null)];
        IReadOnlyList<Outcome<ValidationResult>> anew = restored.Length > 0 ? await ValidateAnewAsync(restored, entries, head, cancellationToken) : [];

        int ofKnown = 0;
        int ofRestored = 0;
        return [.. entries.Select(entry => entry.Validation is not null ? again[ofKnown++] : anew[ofRestored++])];
    }

    private async Task<IReadOnlyList<Outcome<ValidationResult>>> ValidateAnewAsync(
        MempoolEntry[] restored, List<MempoolEntry> entries, ChainHead head, CancellationToken cancellationToken)
    {
        IReadOnlyList<ValidationFacts> facts = await _facts.ReadAsync([.. restored.Select(entry => (entry.EntryPoint, entry.Operation))], cancellationToken);
        return await Task.WhenAll(restored.Select((entry, i) =>
            _validator.ValidateAsync(entry.EntryPoint, entry.Operation, facts[i], Before(entries, entry), head, cancellationToken)));
    }

    /// <summary>The operations of the same sender and nonce key that come before this one in the bundle.</summary>
    private static IReadOnlyList<UserOperation> Before(List<MempoolEntry> entries, MempoolEntry entry) =>
        [.. entries.Where(other => FollowsInQueue(other, entry)).OrderBy(other => other.Nonce.Sequence).Select(other => other.Operation)];

    private async Task<Bundle?> ThirdValidationAsync(
        Mempool pool, List<MempoolEntry> entries, FeeQuote fees, Address signer, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = pool.EntryPoint;
        Address beneficiary = _options.BeneficiaryAddress ?? signer;
        while (entries.Count > 0)
        {
            entries = BundleEncoder.InGroups(entries);
            BundleDraft draft = new(entryPoint, fees);
            entries.ForEach(draft.Add);
            Outcome<Bytes> call = await _encoder.EncodeAsync(entryPoint, entries, beneficiary, cancellationToken);
            if (call.Rejection is Rejection.SignatureInvalid refused)
            {
                entries = await WithoutGroupAsync(pool, entries, refused.Entity.Address, refused.Message, cancellationToken);
                continue;
            }

            Bytes callData = call.Value;
            BundleCheck check = await _bundleValidator.CheckAsync(
                [.. entries.Select(entry => new ValidatedOperation(entryPoint, entry.Operation, entry.Validation!))], callData, signer, (ulong)draft.Gas, cancellationToken);
            if (check.Succeeded && check.Findings.Count == 0)
            {
                return Assemble(entryPoint, entries, callData, draft, check);
            }

            if (check.Findings.Count > 0)
            {
                entries = await WithoutFindingsAsync(pool, entries, check.Findings, cancellationToken);
                continue;
            }

            BundleFault fault = check.Fault!;
            _logger.BundleRefused(entryPoint.VersionText, entries.Count, fault.OperationIndex, fault.Reason);
            if (fault is { OperationIndex: null, Blamed: { Kind: EntityKind.Aggregator, Address: var aggregator } }
                && entries.Exists(entry => entry.Validation?.Aggregator == aggregator))
            {
                entries = await WithoutGroupAsync(pool, entries, aggregator, fault.Reason, cancellationToken);
                continue;
            }

            if (fault.OperationIndex is { } index && index < entries.Count)
            {
                MempoolEntry culprit = entries[index];
                if (fault.Blamed is { } blamed)
                {
                    Judge(entryPoint.Address, Blame.AtBundleCreation(culprit, blamed.Kind, _stakes));
                }

                await DropAsync(pool, culprit, $"bundle creation: {fault.Reason}", cancellationToken);
                entries = Without(entries, culprit);
                continue;
            }

            if (entries.Count == 1)
            {
                await FailedAloneAsync(pool, entries[0], fault.Reason, cancellationToken);
                return null;
            }

            // The EntryPoint names no operation: halve until the one at fault stands alone.
            entries = [.. entries.Take((entries.Count + 1) / 2)];
        }

        return null;
    }

    /// <summary>EREP-055 bans the paymaster whose context changed, EREP-070 throttles the entity that uses less gas than it showed.</summary>
    private async Task<List<MempoolEntry>> WithoutFindingsAsync(
        Mempool pool, List<MempoolEntry> entries, IReadOnlyList<BundleFinding> findings, CancellationToken cancellationToken)
    {
        List<MempoolEntry> kept = entries;
        foreach (BundleFinding finding in findings)
        {
            MempoolEntry culprit = entries[finding.OperationIndex];
            ReputationEffect effect = finding.Rule == Erc7562Rule.Erep055 ? ReputationEffect.Ban : ReputationEffect.Throttle;
            Judge(pool.EntryPoint.Address, [new Verdict(finding.Entity.Address, effect)]);
            await DropAsync(pool, culprit, $"bundle creation: {finding.Message} ({finding.Rule})", cancellationToken);
            kept = Without(kept, culprit);
        }

        return kept;
    }

    /// <summary>GREP-040 for an aggregator that refuses all together what it took one by one; its operations go.</summary>
    private async Task<List<MempoolEntry>> WithoutGroupAsync(
        Mempool pool, List<MempoolEntry> entries, Address aggregator, string reason, CancellationToken cancellationToken)
    {
        foreach (MempoolEntry member in entries.Where(entry => entry.Validation?.Aggregator == aggregator))
        {
            Judge(pool.EntryPoint.Address, Blame.AtBundleCreation(member, EntityKind.Aggregator, _stakes));
            await DropAsync(pool, member, $"bundle creation: {reason}", cancellationToken);
        }

        return [.. entries.Where(entry => entry.Validation?.Aggregator != aggregator)];
    }

    private static List<MempoolEntry> Without(List<MempoolEntry> entries, MempoolEntry culprit) =>
        [.. entries.Where(entry => entry.UserOpHash != culprit.UserOpHash && !FollowsInQueue(culprit, entry))];

    private async Task FailedAloneAsync(Mempool pool, MempoolEntry entry, string reason, CancellationToken cancellationToken)
    {
        if (_suspects.FailedAlone(entry.UserOpHash))
        {
            await DropAsync(pool, entry, $"bundle creation failed repeatedly: {reason}", cancellationToken);
        }
    }

    private static Bundle Assemble(EntryPoint entryPoint, List<MempoolEntry> entries, Bytes callData, BundleDraft draft, BundleCheck check)
    {
        Dictionary<Address, Authorization> authorizations = [];
        foreach (MempoolEntry entry in entries)
        {
            if (entry.Operation.Eip7702Auth is { } authorization)
            {
                authorizations[entry.Operation.Sender] = authorization;
            }
        }

        UInt256 charged = check.Operations.Select(operation => operation.ActualGasUsed).Aggregate(UInt256.Zero, (sum, gas) => sum + gas);
        return new Bundle
        {
            Id = Guid.NewGuid(),
            EntryPoint = entryPoint,
            Entries = entries,
            CallData = callData,
            GasLimit = (ulong)draft.Gas,
            ExpectedGasUsed = check.GasUsed,
            ExpectedGasCharged = (ulong)charged,
            LowestTip = entries.Select(entry => Mempool.Tip(entry.Operation, draft.Fees.BaseFeePerGas)).Aggregate(UInt256.Min),
            LowestMaxFee = entries.Select(entry => entry.Operation.MaxFeePerGas).Aggregate(UInt256.Min),
            Authorizations = [.. authorizations.Values],
        };
    }

    private async Task DropAsync(Mempool pool, MempoolEntry entry, string reason, CancellationToken cancellationToken)
    {
        _suspects.Forget(entry.UserOpHash);
        await pool.RemoveAsync([entry.UserOpHash], OperationState.Dropped, _ => reason, null, cancellationToken);
        _logger.Dropped(entry.UserOpHash, reason);
    }

    private void Judge(Address entryPoint, IReadOnlyList<Verdict> verdicts)
    {
        foreach (Verdict verdict in verdicts)
        {
            switch (verdict.Effect)
            {
                case ReputationEffect.Ban:
                    _reputation.Ban(entryPoint, verdict.Address);
                    break;
                case ReputationEffect.Throttle:
                    _reputation.Throttle(entryPoint, verdict.Address);
                    break;
                default:
                    _reputation.Unseen(entryPoint, [verdict.Address]);
                    break;
            }
        }
    }

    private static bool FollowsInQueue(MempoolEntry first, MempoolEntry other) =>
        other.Operation.Sender == first.Operation.Sender && other.Nonce.Key == first.Nonce.Key && other.Nonce.Sequence > first.Nonce.Sequence;

    private static EntityKind FailedEntity(Rejection rejection) => rejection switch
    {
        Rejection.RejectedByPaymaster => EntityKind.Paymaster,
        Rejection.RuleViolated violated => violated.Violation.Entity.Kind,
        Rejection.StakeTooLow stake => stake.Entity.Kind,
        Rejection.SignatureInvalid signature => signature.Entity.Kind,
        Rejection.OutOfTimeRange { Paymaster: not null } => EntityKind.Paymaster,
        Rejection.RejectedByEntryPoint refused => Blame.ByReason(refused.Reason) ?? EntityKind.Account,
        _ => EntityKind.Account,
    };
}
