using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.Health;

namespace Bundler.Tests.Signing;

/// <summary>What every kind of signer does; a kind's tests inherit it and say how one is made.</summary>
public abstract class SignerContract
{
    /// <summary>A new signer of one and the same key, and that key's address by another way.</summary>
    protected abstract (ISigner Signer, Address Address) Create();

    /// <summary>Signatures for the random digests; fewer where one costs much.</summary>
    protected virtual int Rounds => 200;

    [Test]
    public void The_address_is_that_of_the_key()
    {
        (ISigner signer, Address address) = Create();
        using (signer as IDisposable)
        {
            Assert.That(signer.Address, Is.EqualTo(address));
        }
    }

    [Test]
    public async Task EIP_2_every_signature_has_a_low_s_and_recovers_to_the_address()
    {
        (ISigner signer, Address address) = Create();
        using (signer as IDisposable)
        {
            Random random = new(4337);
            HashSet<byte> parities = [];
            for (int i = 0; i < Rounds; i++)
            {
                Hash32 digest = RandomDigest(random);

                Signature signature = await signer.SignAsync(digest, CancellationToken.None);

                Assert.That(signature.IsLowS, Is.True, digest.ToString());
                Assert.That(SignatureRecovery.Recover(digest, signature), Is.EqualTo(address), digest.ToString());
                parities.Add(signature.YParity);
            }

            Assert.That(parities, Is.EquivalentTo(new byte[] { 0, 1 }));
        }
    }

    [Test]
    public async Task Sixteen_callers_at_once_each_get_their_own_signature()
    {
        (ISigner signer, Address address) = Create();
        using (signer as IDisposable)
        {
            Random random = new(7562);
            Hash32[] digests = [.. Enumerable.Range(0, 16).Select(_ => RandomDigest(random))];

            Signature[] signatures = await Task.WhenAll(digests.Select(digest => Task.Run(async () => await signer.SignAsync(digest, CancellationToken.None))));

            Assert.That(
                digests.Zip(signatures, (digest, signature) => SignatureRecovery.Recover(digest, signature)),
                Is.All.EqualTo(address));
        }
    }

    [Test]
    public async Task A_cancelled_caller_gets_no_signature()
    {
        (ISigner signer, _) = Create();
        using (signer as IDisposable)
        {
            using CancellationTokenSource cancelled = new();
            await cancelled.CancelAsync();

            Assert.That(async () => await signer.SignAsync(Hash32.Zero, cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
        }
    }

    [Test]
    public void A_disposed_signer_does_not_sign()
    {
        (ISigner signer, _) = Create();
        Assert.That(signer, Is.InstanceOf<IDisposable>());
        ((IDisposable)signer).Dispose();

        Assert.That(async () => await signer.SignAsync(Hash32.Zero, CancellationToken.None), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task A_probe_finds_it_healthy()
    {
        (ISigner signer, Address address) = Create();
        using (signer as IDisposable)
        {
            SignerHealth health = await new SignerProbe(TimeProvider.System).ProbeAsync(signer, CancellationToken.None);

            Assert.That((health.IsHealthy, health.Address, health.Fault, health.Reason), Is.EqualTo((true, address, (Bundler.Signing.SignerFault?)null, (string?)null)));
        }
    }

    private static Hash32 RandomDigest(Random random)
    {
        byte[] digest = new byte[Hash32.Size];
        random.NextBytes(digest);
        return new Hash32(digest);
    }
}
