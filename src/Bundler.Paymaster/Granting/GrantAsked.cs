using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Access;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Contracts;

namespace Bundler.Paymaster.Granting;

/// <summary>Who asks for a grant, and in which form.</summary>
/// <param name="Access">Who.</param>
/// <param name="Window">For how long it holds at most.</param>
/// <param name="Committed">The window and the name that the account has signed over: the signature goes behind them as v0.9's paymasterSignature.</param>
/// <param name="IsAccountSigned">The account's signature is there and must hold.</param>
public sealed record GrantAsked(SponsorAccess Access, TimeSpan Window, GrantTerms? Committed = null, bool IsAccountSigned = false)
{
    /// <summary>The operation with a grant in it, in the form that was asked for.</summary>
    public UserOperation Apply(SponsoredPaymaster paymaster, UserOperation operation, GrantTerms terms, Bytes signature) => Committed is null
        ? paymaster.Codec.Grant(operation, paymaster.Site, terms, signature)
        : operation with { Paymaster = paymaster.Address, PaymasterData = paymaster.Codec.Data(terms, Bytes.Empty), PaymasterSignature = signature };
}
