using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Bundler.Paymaster.Ledger;

/// <summary>How the ledger of grants follows the chain, and what it keeps.</summary>
public sealed class GrantLedgerOptions
{
    public const string Section = "Bundler:Sponsor:Ledger";

    /// <summary>On a chain that names no final block: a grant is over so long after its last second, by the time of the newest block.</summary>
    [Range(1, 86_400)]
    public int FinalitySeconds { get; set; } = 900;

    /// <summary>
    /// Grants that came to their end are forgotten after so many days; what they did cost stays in the sums. Two at least: a day's limit takes them off a day later.
    /// </summary>
    [Range(2, 36_500)]
    public int KeepDays { get; set; } = 400;
}

/// <summary>Checks <see cref="GrantLedgerOptions"/> at start.</summary>
[OptionsValidator]
internal sealed partial class GrantLedgerOptionsValidator : IValidateOptions<GrantLedgerOptions>;
