using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Codecs;

/// <summary>Where a grant holds: nowhere else is its signature worth anything.</summary>
/// <param name="EntryPoint">The EntryPoint of the operation.</param>
/// <param name="Paymaster">The contract that pays.</param>
/// <param name="ChainId">EIP-155 chain id.</param>
public sealed record GrantSite(EntryPoint EntryPoint, Address Paymaster, UInt256 ChainId);
