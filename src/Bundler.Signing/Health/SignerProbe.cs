using System.Text;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.Health;

/// <summary>Asks a signer for a signature that is good for nothing else, and recovers its address from it.</summary>
public sealed class SignerProbe(TimeProvider clock)
{
    private const string Text = "Bundler signer probe";

    /// <summary>The digest that is signed: a personal message (EIP-191, version 0x45), which can never be a transaction or typed data.</summary>
    public static Hash32 Digest { get; } = Keccak256.Hash(Encoding.ASCII.GetBytes($"\x19" + $"Ethereum Signed Message:\n{Text.Length}{Text}"));

    /// <summary>Whether the signer signs now, and as the address it claims.</summary>
    public async ValueTask<SignerHealth> ProbeAsync(ISigner signer, CancellationToken cancellationToken)
    {
        long start = clock.GetTimestamp();
        try
        {
            Signature signature = await signer.SignAsync(Digest, cancellationToken);
            Address? actual = SignatureRecovery.Recover(Digest, signature);
            return actual == signer.Address
                ? Found(null, null)
                : Found(SignerFault.WrongKey, actual is null ? "the signature belongs to nobody" : $"the signature belongs to {actual}");
        }
        catch (SignerUnavailableException unavailable)
        {
            return Found(unavailable.Fault, unavailable.Reason);
        }

        SignerHealth Found(SignerFault? fault, string? reason) => new(signer.Address, fault, reason, clock.GetElapsedTime(start), clock.GetUtcNow());
    }
}
