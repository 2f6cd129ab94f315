using Bundler.Erc4337;
using Bundler.Paymaster.Contracts;
using Bundler.Paymaster.Ledger;

namespace Bundler.Paymaster.Granting;

/// <summary>An operation that is paid for.</summary>
/// <param name="Paymaster">Who pays.</param>
/// <param name="Operation">With the grant in it, and all limits that were signed.</param>
/// <param name="Grant">As the ledger has it.</param>
public sealed record GrantedOperation(SponsoredPaymaster Paymaster, UserOperation Operation, Grant Grant);
