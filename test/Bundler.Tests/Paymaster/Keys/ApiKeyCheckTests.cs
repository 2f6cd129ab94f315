using System.Net;
using Bundler.Paymaster.Keys;

namespace Bundler.Tests.Paymaster.Keys;

/// <summary>Row 24: who may use a key, from where, for what, until when.</summary>
public sealed class ApiKeyCheckTests
{
    private static readonly DateTimeOffset _now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly (ApiKey Key, ApiKeySecret Secret) _made = new ApiKeyWish { Name = "wallet" }.Make(_now);

    [Test]
    public void A_key_does_for_what_it_is_for() => Assert.That(Refusal(_made.Key), Is.Null);

    [Test]
    public void None_is_missing() => Assert.That(Refusal(_made.Key, presented: new PresentedKey(null, null, null)), Is.EqualTo(ApiKeyRefusal.Missing));

    [Test]
    public void One_that_nobody_made_is_unknown() => Assert.That(Refusal(null), Is.EqualTo(ApiKeyRefusal.Unknown));

    [Test]
    public void The_id_with_another_secret_is_unknown_even_when_it_was_revoked() =>
        Assert.That(Refusal(_made.Key with { Hash = ApiKeySecret.Create().Hash(), RevokedAt = _now }), Is.EqualTo(ApiKeyRefusal.Unknown));

    [Test]
    public void Row_24_a_revoked_one_is_refused() => Assert.That(Refusal(_made.Key with { RevokedAt = _now }), Is.EqualTo(ApiKeyRefusal.Revoked));

    [TestCase(0, ApiKeyRefusal.Expired)]
    [TestCase(1, null)]
    public void It_expires_at_its_time(int ticks, ApiKeyRefusal? refusal) => Assert.That(Refusal(_made.Key with { ExpiresAt = _now.AddTicks(ticks) }), Is.EqualTo(refusal));

    [TestCase(ApiKeyScopes.Sponsor, ApiKeyScopes.Sponsor, null)]
    [TestCase(ApiKeyScopes.Sponsor, ApiKeyScopes.Sponsor | ApiKeyScopes.SkipRisk, ApiKeyRefusal.OutOfScope)]
    [TestCase(ApiKeyScopes.Read, ApiKeyScopes.Sponsor, ApiKeyRefusal.OutOfScope)]
    public void It_is_good_for_its_scopes_alone(ApiKeyScopes has, ApiKeyScopes needed, ApiKeyRefusal? refusal) =>
        Assert.That(Refusal(_made.Key with { Scopes = has }, needed), Is.EqualTo(refusal));

    [TestCase("https://wallet.example", null)]
    [TestCase("https://WALLET.example", null)]
    [TestCase("https://evil.example", ApiKeyRefusal.ForeignOrigin)]
    [TestCase(null, ApiKeyRefusal.ForeignOrigin)]
    public void Row_24_a_leaked_key_is_refused_from_another_origin(string? origin, ApiKeyRefusal? refusal) =>
        Assert.That(Refusal(_made.Key with { Origins = ["https://wallet.example"] }, presented: new PresentedKey(_made.Secret, origin, null)), Is.EqualTo(refusal));

    [TestCase("10.1.2.3", null)]
    [TestCase("::ffff:10.1.2.3", null)]
    [TestCase("11.1.2.3", ApiKeyRefusal.ForeignNetwork)]
    [TestCase("2001:db8::1", null)]
    [TestCase("2001:db9::1", ApiKeyRefusal.ForeignNetwork)]
    [TestCase(null, ApiKeyRefusal.ForeignNetwork)]
    public void Row_24_a_leaked_key_is_refused_from_another_network(string? address, ApiKeyRefusal? refusal)
    {
        ApiKey key = _made.Key with { Networks = ApiKeyText.Networks("10.0.0.0/8 2001:db8::/32") };

        Assert.That(Refusal(key, presented: new PresentedKey(_made.Secret, null, address is null ? null : IPAddress.Parse(address))), Is.EqualTo(refusal));
    }

    [Test]
    public void Each_refusal_has_a_sentence_of_its_own() =>
        Assert.That(Enum.GetValues<ApiKeyRefusal>().Select(ApiKeyRefusalText.Of), Is.Unique);

    private static ApiKeyRefusal? Refusal(ApiKey? key, ApiKeyScopes needed = ApiKeyScopes.Sponsor, PresentedKey? presented = null) =>
        ApiKeyCheck.Refusal(key, presented ?? new PresentedKey(_made.Secret, null, null), needed, _now);
}
