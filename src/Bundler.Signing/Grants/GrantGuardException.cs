using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.Grants;

/// <summary>
/// The guard refused to sign a grant. Where the limits before it are narrower only a bug or an intruder comes so far. They may be wider: its hour is any hour and of all
/// paymasters of a key together, and an operator may leave them open.
/// </summary>
public sealed class GrantGuardException(Address signer, GrantGuardRefusal refusal)
    : Exception($"{signer} does not sign this grant ({refusal.Reason}): {refusal.Detail}")
{
    public GrantGuardRefusal Refusal { get; } = refusal;
}
