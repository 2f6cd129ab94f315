using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.LocalKey;
using Bundler.Testing;

namespace Bundler.Tests.Signing;

public sealed class LocalKeySignerTests
{
    [Test]
    public async Task A_signature_recovers_to_its_address()
    {
        using LocalKeySigner signer = new(PrivateKey.Parse(DevAccounts.All[1].PrivateKey));
        Hash32 digest = Keccak256.Hash("a bundle"u8);

        Signature signature = await signer.SignAsync(digest, CancellationToken.None);

        Assert.That(SignatureRecovery.Recover(digest, signature), Is.EqualTo(signer.Address));
        Assert.That(signature.IsLowS, Is.True);
    }

    [Test]
    public void It_names_its_address_and_not_its_key()
    {
        using LocalKeySigner signer = new(PrivateKey.Parse(DevAccounts.All[1].PrivateKey));

        Assert.That(signer.ToString(), Is.EqualTo($"local key of {DevAccounts.All[1].Address}"));
    }

    [Test]
    public void A_cleared_key_does_not_sign()
    {
        LocalKeySigner signer = new(PrivateKey.Parse(DevAccounts.All[1].PrivateKey));
        signer.Dispose();

        Assert.That(async () => await signer.SignAsync(Hash32.Zero, CancellationToken.None), Throws.TypeOf<ObjectDisposedException>());
    }
}
