using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing;
using Bundler.Signing.Health;
using Bundler.Testing;

namespace Bundler.Tests.Signing;

public sealed class SignerProbeTests
{
    // keccak256 of the EIP-191 message, computed by viem's hashMessage("Bundler signer probe").
    [Test]
    public void The_digest_is_that_of_a_personal_message() =>
        Assert.That(SignerProbe.Digest.ToString(), Is.EqualTo("0x7f611d76e03025f7c065371bf78e7b6c361bddd98f9b1397f13516e595c2f2ef"));

    [Test]
    public async Task A_signer_that_signs_as_somebody_else_is_found_out()
    {
        using PrivateKey key = PrivateKey.Generate();

        SignerHealth health = await ProbeAsync(new Pretender(digest => key.Sign(digest)));

        Assert.That((health.Fault, health.Reason), Is.EqualTo((SignerFault.WrongKey, $"the signature belongs to {key.Address}")));
    }

    [Test]
    public async Task A_signature_of_nobody_is_found_out()
    {
        SignerHealth health = await ProbeAsync(new Pretender(_ => default));

        Assert.That((health.Fault, health.Reason), Is.EqualTo((SignerFault.WrongKey, "the signature belongs to nobody")));
    }

    [TestCase(SignerFault.Throttled, true)]
    [TestCase(SignerFault.KeyDisabled, false)]
    public async Task A_signer_that_cannot_sign_is_reported_with_its_reason(SignerFault fault, bool isTransient)
    {
        SignerHealth health = await ProbeAsync(new Pretender(_ => throw new SignerUnavailableException(fault, "a key", "because")));

        Assert.That((health.IsHealthy, health.Fault, health.Reason, health.IsTransient), Is.EqualTo((false, fault, "because", isTransient)));
    }

    private static async Task<SignerHealth> ProbeAsync(ISigner signer) =>
        await new SignerProbe(TimeProvider.System).ProbeAsync(signer, CancellationToken.None);

    private sealed class Pretender(Func<Hash32, Signature> sign) : ISigner
    {
        public Address Address => DevAccounts.All[0].Address;

        public ValueTask<Signature> SignAsync(Hash32 digest, CancellationToken cancellationToken) => ValueTask.FromResult(sign(digest));
    }
}
