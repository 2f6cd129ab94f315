using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Retention;

/// <summary>How long the store keeps what, and how gently it is taken out. All ages are counted back from the last final block.</summary>
public sealed class RetentionOptions
{
    public const string Section = "Bundler:Storage:Retention";

    /// <summary>False: everything is kept for ever.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Days that operations stay in full, with their receipts, statuses and signed transactions.</summary>
    [Range(1, 36_500)]
    public int OperationDays { get; set; } = 90;

    /// <summary>Days that an operation's end is known: where the chain has it, or why it never came there.</summary>
    [Range(1, 36_500)]
    public int EndedDays { get; set; } = 730;

    /// <summary>Days that single entries of the ledger stay; its totals stay for ever.</summary>
    [Range(1, 36_500)]
    public int LedgerDays { get; set; } = 730;

    /// <summary>Operations are moved only while the Ethereum node has the transaction of the oldest of them.</summary>
    public bool NeedsChain { get; set; } = true;

    /// <summary>The most rows of one kind that one transaction takes.</summary>
    [Range(10, 10_000)]
    public int StepRows { get; set; } = 200;

    /// <summary>The pause between two such transactions.</summary>
    [Range(10, 60_000)]
    public int StepMilliseconds { get; set; } = 500;

    /// <summary>The pause between two looks for what is old.</summary>
    [Range(0.01, 1_440)]
    public double RoundMinutes { get; set; } = 30;
}

[OptionsValidator]
internal sealed partial class RetentionOptionsValidator : IValidateOptions<RetentionOptions>;

/// <summary>What stays of an operation, and its part in the ledger, stays no shorter than the operation.</summary>
internal sealed class RetentionOptionsRules : IValidateOptions<RetentionOptions>
{
    public ValidateOptionsResult Validate(string? name, RetentionOptions options) =>
        options.EndedDays < options.OperationDays ? ValidateOptionsResult.Fail("EndedDays must not be less than OperationDays")
        : options.LedgerDays < options.OperationDays ? ValidateOptionsResult.Fail("LedgerDays must not be less than OperationDays")
        : ValidateOptionsResult.Success;
}
