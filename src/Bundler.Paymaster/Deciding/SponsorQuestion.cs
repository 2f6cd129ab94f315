using Bundler.Engine.Gas;
using Bundler.Erc4337;
using Bundler.Paymaster.Contracts;

namespace Bundler.Paymaster.Deciding;

/// <summary>What the rules look at.</summary>
/// <param name="Paymaster">Who would pay.</param>
/// <param name="Operation">With its limits and fees, and the paymaster's stub in it.</param>
/// <param name="PreVerificationGas">What the node itself would answer to an estimate.</param>
/// <param name="Fees">The fastest that the node suggests for the coming block.</param>
public sealed record SponsorQuestion(SponsoredPaymaster Paymaster, UserOperation Operation, ulong PreVerificationGas, FeeLevel Fees);
