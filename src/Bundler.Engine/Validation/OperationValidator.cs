using System.Diagnostics;
using Bundler.Engine.Chain;
using Bundler.Engine.Reputation;
using Bundler.Engine.Telemetry;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Validation;

/// <summary>
/// First validation (ERC-7562): facts that were read before, one trace of the real handleOps, and then only pure judgement. The trace is the one
/// request it makes; a second follows only for contracts whose code was never met before.
/// </summary>
public sealed partial class OperationValidator
{
    private readonly ITraceSource _traces;
    private readonly StateReader _state;
    private readonly CodeReader _codes;
    private readonly StakePolicy _stakes;
    private readonly AltMempools _altMempools;
    private readonly ValidityCheck _validity;
    private readonly RuleLimits _limits;
    private readonly AggregatorDesk _aggregators;

    public OperationValidator(
        ITraceSource traces,
        StateReader state,
        CodeReader codes,
        StakePolicy stakes,
        AggregatorDesk aggregators,
        AltMempools altMempools,
        ChainProfile chain,
        IOptions<ValidationOptions> options,
        TimeProvider clock)
    {
        _traces = traces;
        _state = state;
        _codes = codes;
        _stakes = stakes;
        _aggregators = aggregators;
        _altMempools = altMempools;
        _validity = new ValidityCheck(chain, options.Value.ValidUntilMarginSeconds, clock);
        _limits = new RuleLimits(options.Value.ValidationGasSlack, options.Value.MaxContextSize);
    }

    /// <summary>The rules in force.</summary>
    internal RuleSet Rules { get; init; } = RuleSet.All;

    /// <summary>Whether ERC-7562's rules can be judged at all: not with a node without tracers.</summary>
    public bool SeesOpcodes => _traces.SeesOpcodes;

    /// <summary>Validates an operation on top of the head.</summary>
    /// <param name="entryPoint">The EntryPoint it is for.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="facts">What <see cref="FactReader"/> read for it.</param>
    /// <param name="queuedBefore">Pending operations of the same sender that must come first, in order.</param>
    /// <param name="head">The newest block.</param>
    /// <param name="cancellationToken">Gives up; the node goes on.</param>
    public async Task<Outcome<ValidationResult>> ValidateAsync(
        EntryPoint entryPoint,
        UserOperation operation,
        ValidationFacts facts,
        IReadOnlyList<UserOperation> queuedBefore,
        ChainHead head,
        CancellationToken cancellationToken) =>
        (await ExamineAsync(entryPoint, operation, facts, queuedBefore, head, cancellationToken)).ToOutcome();

    /// <summary>As <see cref="ValidateAsync"/>, with everything that was found.</summary>
    public async Task<ValidationReport> ExamineAsync(
        EntryPoint entryPoint,
        UserOperation operation,
        ValidationFacts facts,
        IReadOnlyList<UserOperation> queuedBefore,
        ChainHead head,
        CancellationToken cancellationToken)
    {
        if ((MissingCode(operation, facts, queuedBefore) ?? StaleTuple(operation, facts)) is { } missing)
        {
            return ValidationReport.Rejected(missing);
        }

        try
        {
            CallMember[] members = [.. queuedBefore.Append(operation).Select(each => new CallMember(each))];
            return await ExamineAsync(entryPoint, members, facts, head, cancellationToken);
        }
        catch (UntraceableException heavy)
        {
            return ValidationReport.Rejected(new Rejection.TooHeavy(heavy.Message, heavy.IsDoubtful));
        }
    }

    /// <summary>The last member behind the others. An account names its aggregator in the trace; the next trace goes through handleAggregatedOps then.</summary>
    private async Task<ValidationReport> ExamineAsync(
        EntryPoint entryPoint, CallMember[] members, ValidationFacts facts, ChainHead head, CancellationToken cancellationToken)
    {
        while (true)
        {
            Outcome<CallRequest> call = await CallAsync(entryPoint, members, cancellationToken);
            if (!call.Accepted)
            {
                return ValidationReport.Rejected(call.Rejection);
            }

            Subject subject = new(entryPoint, [.. members.Select(member => member.InCall)], facts, head);
            ValidationTrace trace = await TraceAsync(call.Value, subject, cancellationToken);
            IReadOnlyList<OperationFrames> frames = EntityFrames.Of(trace.Root, entryPoint, subject.Operations);
            if (FirstNamed(members, frames) is not { } named)
            {
                StakeInfo? stake = members[^1].Aggregator is { } aggregator ? await _aggregators.StakeAsync(entryPoint, aggregator, cancellationToken) : null;
                return await JudgeAsync(subject, trace, frames[^1], subject.Verdict(trace, frames[^1]), stake, cancellationToken);
            }

            Outcome<Bytes> signature =
                await _aggregators.SignatureInGroupAsync(entryPoint, named.Aggregator, members[named.Index].Signed, cancellationToken);
            if (!signature.Accepted)
            {
                return ValidationReport.Rejected(signature.Rejection);
            }

            // Each round gives one member more its aggregator, for good: there are no more rounds than members and one.
            members[named.Index] = members[named.Index] with { Aggregator = named.Aggregator, SignatureInGroup = signature.Value };
        }
    }

    private async Task<ValidationTrace> TraceAsync(CallRequest call, Subject subject, CancellationToken cancellationToken)
    {
        using Activity? span = Stations.Begin(Stations.Trace);
        return await _traces.TraceAsync(call, BlockTag.Latest, HandleOpsCall.Delegations(subject.Operations), cancellationToken);
    }

    private async Task<Outcome<CallRequest>> CallAsync(EntryPoint entryPoint, CallMember[] members, CancellationToken cancellationToken)
    {
        UserOperation[] operations = [.. members.Select(member => member.InCall)];
        if (members.All(member => member.Aggregator is null))
        {
            return HandleOpsCall.ForValidation(entryPoint, operations);
        }

        Outcome<List<AggregatedOperations>> groups = await _aggregators.GroupAsync(entryPoint, members, cancellationToken);
        return groups.Accepted
            ? HandleOpsCall.ForValidation(entryPoint, operations, entryPoint.Bundles.EncodeHandleAggregatedOps(groups.Value, HandleOpsCall.Caller))
            : groups.Rejection;
    }

    private static (int Index, Address Aggregator)? FirstNamed(CallMember[] members, IReadOnlyList<OperationFrames> frames)
    {
        for (int i = 0; i < members.Length; i++)
        {
            if (members[i].Aggregator is null && EntryPointVerdict.AccountOf(frames[i])?.Aggregator is { } aggregator)
            {
                return (i, aggregator);
            }
        }

        return null;
    }

    // v0.6 and v0.7 revert without a word for an account or paymaster that is not there, so we say it (AA20, AA30).
    private static Rejection? MissingCode(UserOperation operation, ValidationFacts facts, IReadOnlyList<UserOperation> queuedBefore)
    {
        if (operation.Eip7702Auth is { } tuple && Eip7702.CheckDelegate(tuple) is { } undelegated)
        {
            return undelegated;
        }

        bool comesIntoBeing = operation.Factory is not null || operation.Eip7702Auth is not null
            || queuedBefore.Any(before => before.Factory is not null || before.Eip7702Auth is not null);
        if (!facts.Sender.HasCode && !comesIntoBeing)
        {
            return new Rejection.RejectedByEntryPoint("AA20 account not deployed");
        }

        return operation.Paymaster is { } paymaster && facts.Paymaster is { HasCode: false }
            ? new Rejection.RejectedByPaymaster(paymaster, "AA30 paymaster not deployed")
            : null;
    }

    // The chain skips a tuple of another nonce (EIP-7702): without it the sender is somebody else, unless it is delegated that way already.
    private static Rejection? StaleTuple(UserOperation operation, ValidationFacts facts) =>
        operation.Eip7702Auth is { } tuple && facts.Delegate != tuple.Address ? Eip7702.CheckNonce(tuple, facts.SenderTransactionCount) : null;

    private async Task<ValidationReport> JudgeAsync(
        Subject subject,
        ValidationTrace trace,
        OperationFrames frames,
        EntryPointVerdict verdict,
        StakeInfo? aggregator,
        CancellationToken cancellationToken)
    {
        using Activity? span = Stations.Begin(Stations.Judge);
        ValidityWindows windows = ValidityWindows.Of(subject.EntryPoint, verdict.Account, verdict.Paymaster);
        Rejection? rejection = verdict.Rejection ?? OutsideWindow(subject, verdict, windows);
        TouchedState touched = TouchedState.Of(trace.Root, subject.EntryPoint.Address, frames);
        IReadOnlyDictionary<Address, ContractCode> codes =
            rejection is null ? await CodesAsync(subject, touched, cancellationToken) : new Dictionary<Address, ContractCode>();
        RuleContext context = new()
        {
            EntryPoint = subject.EntryPoint,
            Operation = subject.Operation,
            Facts = subject.Facts,
            Trace = trace,
            Phases = frames,
            Stakes = _stakes,
            Limits = _limits,
            Rules = Rules,
            Aggregator = aggregator,
            ContextLength = verdict.Context.Length,
            Delegated = codes.Where(code => code.Value.IsDelegated).Select(code => code.Key).ToHashSet(),
        };
        IReadOnlyList<RuleViolation> violations =
            _traces.SeesOpcodes ? [.. Erc7562Rules.Judge(context).Where(violation => !_altMempools.Admits(violation))] : [];
        rejection ??= violations.Count > 0 ? Refuse(context, violations[0]) : null;
        return new ValidationReport
        {
            Rejection = rejection,
            Violations = violations,
            Frames = frames,
            Result = rejection is null ? ResultOf(subject, context, verdict, windows, touched, codes) : null,
        };
    }

    private Rejection? OutsideWindow(Subject subject, EntryPointVerdict verdict, ValidityWindows windows)
    {
        if (_validity.Closed(windows, subject.Head) is not { } closed)
        {
            return null;
        }

        bool byPaymaster = ValidityWindows.Window(subject.EntryPoint, verdict.Paymaster) is { } own
            && (own.ValidUntil == closed.ValidUntil || own.ValidAfter == closed.ValidAfter)
            && own != ValidityWindow.Always;
        return new Rejection.OutOfTimeRange(
            closed.ValidAfter, closed.ValidUntil == ValidityWindow.NoEnd ? 0 : closed.ValidUntil, byPaymaster ? subject.Operation.Paymaster : null);
    }

    /// <summary>-32505 for an entity whose stake is merely too low, else -32502.</summary>
    private Rejection Refuse(RuleContext context, RuleViolation violation) =>
        violation.CuredByStake && _stakes.IsStakedTooLow(context.StakeOf(violation.Entity.Address))
            ? new Rejection.StakeTooLow(violation.Entity, _stakes.MinimumStake, _stakes.MinimumUnstakeDelay, violation.Message)
            : new Rejection.RuleViolated(violation);

    private static ValidationResult ResultOf(
        Subject subject,
        RuleContext context,
        EntryPointVerdict verdict,
        ValidityWindows windows,
        TouchedState touched,
        IReadOnlyDictionary<Address, ContractCode> codes)
    {
        UserOperation operation = subject.Operation;
        OperationFrames frames = context.Phases;
        Dictionary<Address, StakeInfo> stakes = new(subject.Facts.Stakes);
        if (context.Aggregator is { } aggregator)
        {
            stakes[aggregator.Address] = aggregator;
        }

        return new ValidationResult
        {
            BlockHash = subject.Head.Hash,
            Window = windows.Seconds,
            BlockWindow = windows.Blocks,
            EndsByPaymaster = ValidityWindows.EndsByPaymaster(subject.EntryPoint, verdict.Account, verdict.Paymaster),
            Aggregator = context.Aggregator?.Address,
            SignatureInGroup = context.Aggregator is null ? Bytes.Empty : operation.Signature,
            Prefund = subject.EntryPoint.RequiredPrefund(operation),
            VerificationGasUsed = frames.VerificationGasUsed,
            PaymasterVerificationGasUsed = frames.PaymasterVerificationGasUsed,
            ContextLength = context.ContextLength,
            Stakes = new CompactMap<Address, StakeInfo>(stakes),
            AccessedSlots = touched.Accessed,
            WrittenSlots = touched.Written,
            ReadValues = touched.ReadValues,
            PaidFromBalance = touched.PaidFromBalance,
            DependsOnBalances = touched.ReadsBalances,
            CodeHashes = new CompactMap<Address, Hash32>([.. codes.Select(code => KeyValuePair.Create(code.Key, code.Value.Hash))]),
        };
    }

    /// <summary>The code of all that validation visited; the facts know some of it.</summary>
    private async Task<IReadOnlyDictionary<Address, ContractCode>> CodesAsync(Subject subject, TouchedState touched, CancellationToken cancellationToken)
    {
        ValidationFacts facts = subject.Facts;
        Dictionary<Address, ContractCode> codes = new() { [subject.Operation.Sender] = CodeOf(facts.Sender) };
        if (subject.Operation.Factory is { } factory && facts.Factory is { } factoryState)
        {
            codes[factory] = CodeOf(factoryState);
        }

        if (subject.Operation.Paymaster is { } paymaster && facts.Paymaster is { } paymasterState)
        {
            codes[paymaster] = CodeOf(paymasterState);
        }

        Address[] others = [.. touched.Visited.Where(address => !codes.ContainsKey(address))];
        foreach ((Address address, ContractCode code) in await _codes.ReadAsync(others, cancellationToken))
        {
            codes[address] = code;
        }

        return codes;
    }

    private static ContractCode CodeOf(AccountState account) => new(account.CodeHash, account.Delegate is not null);

    /// <summary>The operation in question is the last of its call.</summary>
    private sealed record Subject(EntryPoint EntryPoint, IReadOnlyList<UserOperation> Operations, ValidationFacts Facts, ChainHead Head)
    {
        public UserOperation Operation => Operations[^1];

        public EntryPointVerdict Verdict(ValidationTrace trace, OperationFrames frames) =>
            EntryPointVerdict.Of(EntryPoint, Operation, Operations.Count - 1, frames, trace);
    }
}
