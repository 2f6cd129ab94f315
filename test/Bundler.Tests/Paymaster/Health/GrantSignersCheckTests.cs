using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Health;
using Bundler.Signing;
using Bundler.Signing.Grants;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Paymaster.Health;

public sealed class GrantSignersCheckTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly MoodySigner _key = new();
    private GrantKeyring _keys = null!;

    [SetUp]
    public void Open()
    {
        GrantGuardLimits limits = new()
        {
            ChainId = 56,
            SignerOf = new Dictionary<Address, Address> { [A.Account] = _key.Address },
            MaxWeiPerGrant = 100,
            MaxWeiPerHour = 1_000,
            LongestWindow = TimeSpan.FromSeconds(660),
            MaxPerMinute = 100,
        };
        _keys = new GrantKeyring(new OpenGrantKeys(new Keyring([new NamedSigner("AwsKms:one", _key)])), limits, _clock, NullLoggerFactory.Instance);
    }

    [Test]
    public void A_key_that_nobody_has_asked_is_taken_to_sign() => Assert.That(Check().Ok, Is.True);

    [Test]
    public async Task A_key_that_does_not_sign_is_told_until_it_does()
    {
        _key.IsDown = true;
        await AskAsync();
        SponsorFinding down = Check();
        _key.IsDown = false;
        await AskAsync();

        Assert.That(down, Has.Property("Ok").False.And.Property("Detail").StartsWith($"AwsKms:one ({_key.Address}) did not sign").And.Property("Detail").EndsWith("(Unreachable): no answer"));
        Assert.That(Check().Ok, Is.True);
    }

    // Whoever routes by health asks this node for no grant meanwhile, so nothing else would make it well.
    [Test]
    public async Task What_was_long_ago_is_not_told()
    {
        _key.IsDown = true;
        await AskAsync();
        _clock.Advance(TimeSpan.FromSeconds(299));
        bool isWellBefore = Check().Ok;
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.That((isWellBefore, Check().Ok), Is.EqualTo((false, true)));
    }

    private SponsorFinding Check() => new GrantSignersCheck(_keys, _clock).Check();

    private async Task AskAsync()
    {
        ulong now = (ulong)_clock.GetUtcNow().ToUnixTimeSeconds();
        try
        {
            await _keys.Signers[0].SignAsync(new GrantToSign(56, A.Account, 100, now, now + 600, Hash32.Zero, Keccak256.Hash("grant"u8)), CancellationToken.None);
        }
        catch (SignerUnavailableException) when (_key.IsDown)
        {
        }
    }

    /// <summary>A key service that may be away.</summary>
    private sealed class MoodySigner : ISigner
    {
        public bool IsDown { get; set; }

        public Address Address => DevAccounts.All[3].Address;

        public ValueTask<Signature> SignAsync(Hash32 digest, CancellationToken cancellationToken) =>
            IsDown ? throw new SignerUnavailableException(SignerFault.Unreachable, "one", "no answer") : ValueTask.FromResult(new Signature(digest, digest, 0));
    }
}
