using Bundler.Signing;
using Bundler.Signing.GoogleKms;
using Bundler.Signing.KeyServices;
using Bundler.Testing.Kms;

namespace Bundler.Tests.Signing;

public sealed class GoogleKmsKeyTests : KeyServerContract<FakeGoogleKms>
{
    protected override FakeGoogleKms CreateServer(SoftKey key) => new(key);

    protected override IKeyService Open() => Open(FakeGoogleKms.Token);

    [TestCase("expired")]
    [TestCase(null)]
    public void Without_a_good_token_access_is_denied(string? token)
    {
        using GoogleKmsKey key = Open(token);

        Assert.That(
            () => key.ReadAddressAsync(CancellationToken.None),
            Throws.TypeOf<SignerUnavailableException>().With.Property(nameof(SignerUnavailableException.Fault)).EqualTo(SignerFault.AccessDenied));
    }

    [Test]
    public void A_key_of_another_algorithm_is_refused()
    {
        Server.Algorithm = "EC_SIGN_P256_SHA256";
        using GoogleKmsKey key = Open(FakeGoogleKms.Token);

        Assert.That(
            () => key.ReadAddressAsync(CancellationToken.None),
            Throws.TypeOf<SignerUnavailableException>().With.Message.Contains("EC_SIGN_P256_SHA256, needed is EC_SIGN_SECP256K1_SHA256"));
    }

    [Test]
    public void A_public_key_that_fails_its_checksum_is_not_used()
    {
        Server.Next(KmsTrouble.Corrupts);
        using GoogleKmsKey key = Open(FakeGoogleKms.Token);

        Assert.That(
            () => key.ReadAddressAsync(CancellationToken.None),
            Throws.TypeOf<SignerUnavailableException>().With.Property(nameof(SignerUnavailableException.Fault)).EqualTo(SignerFault.AnswerCorrupted));
    }

    // The check value of CRC-32C, and the vectors of RFC 3720 B.4.
    [Test]
    public void The_checksum_is_CRC_32C()
    {
        Assert.That(Crc32C.Of("123456789"u8), Is.EqualTo(0xE3069283));
        Assert.That(Crc32C.Of(new byte[32]), Is.EqualTo(0x8A9136AA));
        Assert.That(Crc32C.Of([.. Enumerable.Repeat((byte)0xff, 32)]), Is.EqualTo(0x62A8AB43));
    }

    private GoogleKmsKey Open(string? token) => new(FakeGoogleKms.KeyVersion, Server.Endpoint, new FixedToken(token));
}
