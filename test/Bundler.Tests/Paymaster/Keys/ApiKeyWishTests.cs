using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Keys;
using Bundler.Paymaster.Ledger;

namespace Bundler.Tests.Paymaster.Keys;

public sealed class ApiKeyWishTests
{
    private static readonly DateTimeOffset _now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void All_that_is_wished_is_in_the_key()
    {
        (ApiKey key, ApiKeySecret secret) = new ApiKeyWish
        {
            Name = "a wallet",
            Scopes = ["sponsor", "sponsor:skip-risk"],
            Days = 30,
            Origins = ["https://Wallet.example"],
            Networks = ["10.0.0.0/8", "192.0.2.7"],
            PerMinute = 60,
            Budgets = ["hour:wei=1000", "day:wei=5000,count=50", "total:count=9"],
        }.Make(_now);

        Assert.That((key.Id, key.Scopes, key.ExpiresAt, key.PerMinute), Is.EqualTo((secret.Id, ApiKeyScopes.Sponsor | ApiKeyScopes.SkipRisk, _now.AddDays(30), 60)));
        Assert.That(ApiKeyText.Of(key.Networks), Is.EqualTo("10.0.0.0/8 192.0.2.7/32"));
        Assert.That(key.Origins, Is.EqualTo(new[] { "https://wallet.example" }));
        Assert.That(key.Budgets, Is.EqualTo(new ApiKeyBudget[]
        {
            new(GrantPeriod.Hour, 1000, null), new(GrantPeriod.Day, 5000, 50), new(GrantPeriod.Total, null, 9),
        }));
        Assert.That(ApiKeyText.Budgets(ApiKeyText.Of(key.Budgets)), Is.EqualTo(key.Budgets));
        Assert.That(key.Limits[1], Is.EqualTo(new GrantLimit("key.day", GrantScope.Key, GrantPeriod.Day, 5000, 50)));
    }

    [TestCase("", "sponsor", "", "", "", 1)]
    [TestCase("a\nb", "sponsor", "", "", "", 1)]
    [TestCase("a", "", "", "", "", 1)]
    [TestCase("a", "sponsor root", "", "", "", 1)]
    [TestCase("a", "sponsor", "wallet.example", "", "", 1)]
    [TestCase("a", "sponsor", "https://wallet.example/path", "", "", 1)]
    [TestCase("a", "sponsor", "", "10.0.0.0/99", "", 1)]
    [TestCase("a", "sponsor", "", "", "week:wei=1", 1)]
    [TestCase("a", "sponsor", "", "", "1:wei=1", 1)]
    [TestCase("a", "sponsor", "", "", "day:wei=-1", 1)]
    [TestCase("a", "sponsor", "", "", "day:ether=1", 1)]
    [TestCase("a", "sponsor", "", "", "day", 1)]
    [TestCase("a", "sponsor", "", "", "", 0)]
    public void What_cannot_be_meant_makes_no_key(string name, string scopes, string origins, string networks, string budgets, int days) =>
        Assert.That(
            () => new ApiKeyWish
            {
                Name = name,
                Scopes = ApiKeyText.Items(scopes),
                Origins = ApiKeyText.Items(origins),
                Networks = ApiKeyText.Items(networks),
                Budgets = ApiKeyText.Items(budgets),
                Days = days,
            }.Make(_now),
            Throws.TypeOf<CodecException>());
}
