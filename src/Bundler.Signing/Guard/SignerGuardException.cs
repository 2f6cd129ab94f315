using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.Guard;

/// <summary>The guard refused to sign. Only a bug or an intruder asks for such a signature, so nobody handles this but the operator.</summary>
public sealed class SignerGuardException(Address signer, SignerGuardRefusal refusal)
    : Exception($"{signer} does not sign this ({refusal.Reason}): {refusal.Detail}")
{
    public SignerGuardRefusal Refusal { get; } = refusal;
}
