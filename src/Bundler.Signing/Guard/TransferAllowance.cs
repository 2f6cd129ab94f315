using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.Guard;

/// <summary>Plain transfers that are a key's job: to whom, how much at most each, and how much at most within any day by all keys together; in wei.</summary>
public sealed record TransferAllowance(IReadOnlySet<Address> Payees, UInt256 MaxEach, UInt256 MaxPerDay);
