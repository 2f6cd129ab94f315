using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Deciding;

namespace Bundler.Paymaster;

/// <summary>-32501: our own paymaster does not pay for an operation that was sent for its signature.</summary>
/// <param name="Paymaster">Who does not pay.</param>
/// <param name="Refusal">Why, as the methods of sponsoring say it.</param>
public sealed record NotSponsored(Address Paymaster, SponsorRefusal Refusal) : Rejection(Refusal.Message)
{
    public override int Code => -32501;
}
