namespace Bundler.Paymaster.Ledger;

/// <summary>Grants by the time from which on they count.</summary>
/// <param name="After">Later than this.</param>
/// <param name="Until">Not later than this.</param>
/// <param name="IsAnew">They are all that a period counts; else they have left it.</param>
public readonly record struct GrantSpan(DateTimeOffset After, DateTimeOffset Until, bool IsAnew);
