using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Ledger;
using Bundler.Signing.Grants;

namespace Bundler.Paymaster.Contracts;

/// <summary>A paymaster that this node signs for.</summary>
/// <param name="Name">Its place in the configuration.</param>
/// <param name="Site">Where its grants hold.</param>
/// <param name="Codec">How it writes and hashes them.</param>
/// <param name="Signer">The key before which the guard stands.</param>
/// <param name="Budgets">The limits of all its grants.</param>
/// <param name="AcceptsUnknownCode">The operator vouches for its code.</param>
public sealed record SponsoredPaymaster(
    string Name, GrantSite Site, IGrantCodec Codec, GrantSigner Signer, IReadOnlyList<GrantLimit> Budgets, bool AcceptsUnknownCode)
{
    /// <summary>Gas for validatePaymasterUserOp without what grows with the operation: a hash, an ecrecover, two cold slots, an event, the account itself.</summary>
    private const ulong VerificationGas = 45_000;

    /// <summary>Gas for each word that is copied and hashed.</summary>
    private const ulong VerificationGasPerWord = 24;

    public Address Address => Site.Paymaster;

    /// <summary>paymasterVerificationGasLimit as a stub names it; zero on v0.6, which has none.</summary>
    public UInt256 VerificationGasFor(UserOperation operation) => Site.EntryPoint.HasPaymasterGasLimits
        ? VerificationGasFor(operation.CallData.Length + GrantCodecs.InitCode(operation).Length)
        : UInt256.Zero;

    /// <summary>The same, from v0.7 on.</summary>
    /// <param name="operationBytes">Of callData and initCode together.</param>
    public static UInt256 VerificationGasFor(int operationBytes) => VerificationGas + VerificationGasPerWord * (ulong)((operationBytes + 31) / 32);
}
