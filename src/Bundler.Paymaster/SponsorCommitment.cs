using Bundler.Paymaster.Codecs;

namespace Bundler.Paymaster;

/// <summary>What an account signs over while the paymaster's signature is still to come (v0.9).</summary>
/// <param name="Stub">Who would pay, and with which limits.</param>
/// <param name="Terms">The window and the name of the grant to come.</param>
public sealed record SponsorCommitment(SponsorStub Stub, GrantTerms Terms);
