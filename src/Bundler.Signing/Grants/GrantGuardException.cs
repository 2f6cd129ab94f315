using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.Grants;

/// <summary>The guard refused to sign a grant. The rules before it are narrower, so only a bug or an intruder comes so far, or a limit that is set too low.</summary>
public sealed class GrantGuardException(Address signer, GrantGuardRefusal refusal)
    : Exception($"{signer} does not sign this grant ({refusal.Reason}): {refusal.Detail}")
{
    public GrantGuardRefusal Refusal { get; } = refusal;
}
