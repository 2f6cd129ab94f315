using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing;
using Bundler.Signing.Grants;
using Bundler.Signing.LocalKey;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Signing.Grants;

/// <summary>S4-08: what the configuration says the guard holds, to the unit.</summary>
public sealed class GrantGuardOptionsTests
{
    private static readonly Address _paymaster = Address.Parse("0x00000000000000000000000000000000000000aa");

    private readonly ManualTimeProvider _clock = new();
    private readonly PrivateKey _key = PrivateKey.Generate();

    [OneTimeTearDown]
    public void Close() => _key.Dispose();

    [Test]
    public void LongestWindowSeconds_is_from_now_to_the_last_second()
    {
        GrantSigner signer = Signer(new GrantGuardOptions { LongestWindowSeconds = 120 });
        ulong now = (ulong)_clock.GetUtcNow().ToUnixTimeSeconds();

        Assert.That(Refusal(signer, 1, now, now + 120), Is.Null);
        Assert.That(Refusal(signer, 2, now, now + 121), Is.EqualTo(GrantGuardReason.WindowTooLong));
        Assert.That(Refusal(signer, 3, now - 1, now + 120), Is.EqualTo(GrantGuardReason.WindowTooLong), "from its first second on");
    }

    [Test]
    public void MaxWeiPerGrant_and_MaxWeiPerHour_and_MaxPerMinute_hold()
    {
        ulong now = (ulong)_clock.GetUtcNow().ToUnixTimeSeconds();

        Assert.That(Refusal(Signer(new GrantGuardOptions { MaxWeiPerGrant = "9" }), 1, now, now + 1), Is.EqualTo(GrantGuardReason.TooDear));
        Assert.That(Refusal(Signer(new GrantGuardOptions { MaxWeiPerHour = "9" }), 1, now, now + 1), Is.EqualTo(GrantGuardReason.TooMuchPerHour));
        GrantSigner rare = Signer(new GrantGuardOptions { MaxPerMinute = 1 });
        Assert.That((Refusal(rare, 1, now, now + 1), Refusal(rare, 2, now, now + 1)), Is.EqualTo(((GrantGuardReason?)null, (GrantGuardReason?)GrantGuardReason.TooOften)));
    }

    private GrantSigner Signer(GrantGuardOptions options) => new(
        new NamedSigner("KeyFile:1", new LocalKeySigner(_key)), options.ToLimits(56, new Dictionary<Address, Address> { [_paymaster] = _key.Address }), _clock,
        NullLogger<GrantSigner>.Instance);

    private static GrantGuardReason? Refusal(GrantSigner signer, byte slot, ulong validAfter, ulong validUntil)
    {
        try
        {
            GrantToSign grant = new(56, _paymaster, 10, validAfter, validUntil, Keccak256.Hash([slot]), Keccak256.Hash("grant"u8));
            signer.SignAsync(grant, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            return null;
        }
        catch (GrantGuardException refused)
        {
            return refused.Refusal.Reason;
        }
    }
}
