using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Codecs;

/// <summary>What contracts look up about the sender when they compute what was signed.</summary>
/// <param name="Delegate">EIP-7702: to whom the sender will delegate when it is validated; the zero address if it does not.</param>
/// <param name="Granted">How many grants of it the contract has seen, where it counts them.</param>
public readonly record struct SenderFacts(Address Delegate, UInt256 Granted);
