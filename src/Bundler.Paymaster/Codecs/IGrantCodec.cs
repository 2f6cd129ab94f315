using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Codecs;

/// <summary>How one kind of paymaster contract writes a grant and what its signer signs. Pure.</summary>
public interface IGrantCodec
{
    /// <summary>The kind's name in the configuration.</summary>
    string Kind { get; }

    /// <summary>
    /// It counts the grants of each sender and signs over the count, so two of one sender that live at the same time exclude each other.
    /// </summary>
    bool CountsGrants { get; }

    /// <summary>paymasterData: what stands in paymasterAndData behind the address (v0.6) or behind the gas limits (v0.7+).</summary>
    Bytes Data(GrantTerms terms, Bytes signature);

    /// <summary>The contract's own getHash, computed here.</summary>
    /// <param name="operation">With its final gas limits and fees; of the paymaster's fields only the gas limits are looked at.</param>
    /// <param name="site">Where the grant holds.</param>
    /// <param name="terms">What it says.</param>
    /// <param name="facts">Of the sender, on the chain.</param>
    Hash32 HashOf(UserOperation operation, GrantSite site, GrantTerms terms, SenderFacts facts);

    /// <summary>What is signed: getHash itself, or wrapped as EIP-191 says.</summary>
    Hash32 DigestOf(Hash32 hash);

    /// <summary>Call data of the contract's getHash, to compare with <see cref="HashOf"/>; what it answers is never signed.</summary>
    /// <inheritdoc cref="HashOf"/>
    Bytes EncodeGetHash(UserOperation operation, GrantSite site, GrantTerms terms);
}
