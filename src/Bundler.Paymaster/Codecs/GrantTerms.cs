using Bundler.Paymaster.Ledger;

namespace Bundler.Paymaster.Codecs;

/// <summary>What a grant says besides the operation.</summary>
/// <param name="ValidUntil">The last second of the chain's time; 48 bits.</param>
/// <param name="ValidAfter">The second after which it holds; 48 bits.</param>
/// <param name="Id">Its name; contracts that are not ours have no place for it.</param>
public readonly record struct GrantTerms(ulong ValidUntil, ulong ValidAfter, GrantId Id);
