using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;

namespace Bundler.Engine.Validation;

/// <summary>All that one validation found: the answer, and what it rests on, for those who ask why.</summary>
public sealed record ValidationReport
{
    /// <summary>The first reason not to take the operation; <c>null</c> if there is none.</summary>
    public required Rejection? Rejection { get; init; }

    /// <summary>Every broken rule, in the order of <see cref="Erc7562.Erc7562Rules"/>; those that an alternative mempool admits are not here.</summary>
    public IReadOnlyList<RuleViolation> Violations { get; init; } = [];

    /// <summary>The operation's frames in the trace; <c>null</c> when there was nothing to trace.</summary>
    public OperationFrames? Frames { get; init; }

    /// <summary>What was learnt; <c>null</c> when the operation was rejected.</summary>
    public ValidationResult? Result { get; init; }

    internal static ValidationReport Rejected(Rejection reason) => new() { Rejection = reason };

    internal Outcome<ValidationResult> ToOutcome() => Rejection is { } reason ? reason : Result!;
}
