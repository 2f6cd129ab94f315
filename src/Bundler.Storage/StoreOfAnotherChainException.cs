namespace Bundler.Storage;

/// <summary>What is stored is about another chain: its nonces, blocks and balances mean nothing on this one.</summary>
public sealed class StoreOfAnotherChainException(string location, ulong found, ulong wanted)
    : Exception($"The store {location} belongs to chain {found}, and this node is on chain {wanted}: give it another store, or another chain.");
