using Bundler.Paymaster.Deciding;
using Bundler.Paymaster.Ledger;

namespace Bundler.Paymaster.Access;

/// <summary>Whether whoever asks now may ask at all, and what of limits comes with it.</summary>
/// <param name="Refusal"><c>null</c>: they may.</param>
/// <param name="Key">The id of the API key; <c>null</c>: without one.</param>
/// <param name="Budgets">Limits of the key, beside those of the paymaster.</param>
public sealed record SponsorAccess(SponsorRefusal? Refusal, string? Key, IReadOnlyList<GrantLimit> Budgets);
