using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing;
using Bundler.Signing.Grants;
using Bundler.Signing.LocalKey;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Signing.Grants;

/// <summary>S4-08, checklist row 20: whatever is decided before it, a key for grants signs no more than its guard lets it.</summary>
public sealed class GrantSignerTests
{
    private static readonly Address _paymaster = Address.Parse("0x00000000000000000000000000000000000000aa");
    private static readonly Address _ofAnother = Address.Parse("0x00000000000000000000000000000000000000bb");

    private ManualTimeProvider _clock = null!;
    private readonly PrivateKey _key = PrivateKey.Generate();
    private GrantSigner _signer = null!;
    private byte _slots;

    private ulong Now => (ulong)_clock.GetUtcNow().ToUnixTimeSeconds();

    // Each for a nonce of its own.
    private GrantToSign Good => new(56, _paymaster, 100, Now - 60, Now + 600, Slot(++_slots), Keccak256.Hash("grant"u8));

    [OneTimeTearDown]
    public void Close() => _key.Dispose();

    [SetUp]
    public void Open()
    {
        _clock = new ManualTimeProvider();
        GrantGuardLimits limits = new()
        {
            ChainId = 56,
            SignerOf = new Dictionary<Address, Address> { [_paymaster] = _key.Address, [_ofAnother] = DevAccounts.All[0].Address },
            MaxWeiPerGrant = 100,
            MaxWeiPerHour = 250,
            LongestWindow = TimeSpan.FromSeconds(660),
            MaxPerMinute = 5,
        };
        _signer = new GrantSigner(new NamedSigner("KeyFile:1", new LocalKeySigner(_key)), limits, _clock, NullLogger<GrantSigner>.Instance);
    }

    [Test]
    public async Task A_grant_within_the_limits_is_signed()
    {
        Signature signature = Signature.Parse((await _signer.SignAsync(Good, CancellationToken.None)).Span);

        Assert.That(SignatureRecovery.Recover(Good.Digest, signature), Is.EqualTo(_key.Address));
    }

    [Test]
    public void What_is_not_its_job_is_refused()
    {
        Assert.That(Refusal(Good with { ChainId = 1 }), Is.EqualTo(GrantGuardReason.ForeignChain));
        Assert.That(Refusal(Good with { Paymaster = Address.Parse("0x00000000000000000000000000000000000000cc") }), Is.EqualTo(GrantGuardReason.ForeignPaymaster));
        Assert.That(Refusal(Good with { Paymaster = _ofAnother }), Is.EqualTo(GrantGuardReason.ForeignPaymaster));
        Assert.That(Refusal(Good with { Worst = 101 }), Is.EqualTo(GrantGuardReason.TooDear));
        Assert.That(Refusal(Good with { ValidUntil = Now + 661 }), Is.EqualTo(GrantGuardReason.WindowTooLong));
        Assert.That(Refusal(Good with { ValidAfter = Now - 61 }), Is.EqualTo(GrantGuardReason.WindowTooLong));
        Assert.That(Refusal(Good with { ValidUntil = Now - 61 }), Is.EqualTo(GrantGuardReason.WindowTooLong));
    }

    [Test]
    public void An_hour_has_its_own_cap_and_passes()
    {
        Assert.That(Refusal(Good), Is.Null);
        Assert.That(Refusal(Good), Is.Null);
        Assert.That(Refusal(Good with { Worst = 51 }), Is.EqualTo(GrantGuardReason.TooMuchPerHour));
        Assert.That(Refusal(Good with { Worst = 50 }), Is.Null);

        _clock.Advance(TimeSpan.FromMinutes(60) - TimeSpan.FromSeconds(1));
        Assert.That(Refusal(Good with { Worst = 1 }), Is.EqualTo(GrantGuardReason.TooMuchPerHour));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Refusal(Good), Is.Null);
    }

    // Who asks again and again with other fees gets other grants of one nonce, of which the chain takes one.
    [Test]
    public void All_grants_of_one_nonce_use_up_as_much_as_the_dearest_until_an_hour_after_the_last()
    {
        GrantToSign one = Good with { Worst = 90 };
        Assert.That(Refusal(one), Is.Null);
        _clock.Advance(TimeSpan.FromMinutes(30));
        Assert.That(Refusal(one with { Worst = 80 }), Is.Null);
        Assert.That(Refusal(one with { Worst = 100 }), Is.Null);
        Assert.That(Refusal(Good), Is.Null);
        Assert.That(Refusal(Good with { Worst = 51 }), Is.EqualTo(GrantGuardReason.TooMuchPerHour));

        _clock.Advance(TimeSpan.FromMinutes(59));
        Assert.That(Refusal(Good with { Worst = 51 }), Is.EqualTo(GrantGuardReason.TooMuchPerHour), "the nonce was signed for again since");
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(Refusal(Good with { Worst = 51 }), Is.Null);
    }

    [Test]
    public void So_many_are_signed_in_a_minute_and_no_more()
    {
        for (int i = 0; i < 5; i++)
        {
            Assert.That(Refusal(Good with { Worst = 1 }), Is.Null);
        }

        Assert.That(Refusal(Good with { Worst = 1 }), Is.EqualTo(GrantGuardReason.TooOften));
    }

    private static Hash32 Slot(byte number) => Keccak256.Hash([number]);

    private GrantGuardReason? Refusal(GrantToSign grant)
    {
        try
        {
            _signer.SignAsync(grant, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            return null;
        }
        catch (GrantGuardException refused)
        {
            return refused.Refusal.Reason;
        }
    }
}
