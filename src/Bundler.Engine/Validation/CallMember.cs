using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>An operation in the call that validates it, with the aggregator that its account has named, if it has.</summary>
/// <param name="Signed">As its sender signed it.</param>
/// <param name="Aggregator">Null while none is known.</param>
/// <param name="SignatureInGroup">What the aggregator leaves of its signature.</param>
public sealed record CallMember(UserOperation Signed, Address? Aggregator = null, Bytes SignatureInGroup = default)
{
    public UserOperation InCall => Aggregator is null ? Signed : Signed with { Signature = SignatureInGroup };
}
