using Bundler.Paymaster.Keys;
using Bundler.Storage.Grants;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage.Grants;

[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class SqlApiKeyStoreTests<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly (ApiKey Key, ApiKeySecret Secret) _made = new ApiKeyWish
    {
        Name = "a wallet",
        Scopes = ["sponsor", "read"],
        Days = 3,
        Origins = ["https://a.example", "https://b.example:8443"],
        Networks = ["10.0.0.0/8", "2001:db8::/32"],
        PerMinute = 7,
        Budgets = ["day:wei=5000,count=50"],
    }.Make(Stored.Noon);

    private SqlApiKeyStore Keys => new(Database);

    [Test]
    public async Task A_key_is_found_as_it_was_made_also_after_a_restart()
    {
        await Keys.AddAsync(_made.Key, default);
        await ReopenAsync();

        ApiKey found = (await Keys.FindAsync(_made.Key.Id, default))!;

        Assert.That(found with { Origins = [], Networks = [], Budgets = [] }, Is.EqualTo(_made.Key with { Origins = [], Networks = [], Budgets = [] }));
        Assert.That((found.Origins, found.Networks, found.Budgets), Is.EqualTo((_made.Key.Origins, _made.Key.Networks, _made.Key.Budgets)));
        Assert.That(_made.Secret.Matches(found.Hash), Is.True);
    }

    [Test]
    public async Task The_first_revocation_counts()
    {
        await Keys.AddAsync(_made.Key, default);
        bool first = await Keys.RevokeAsync(_made.Key.Id, Stored.Noon.AddHours(1), default);
        bool second = await Keys.RevokeAsync(_made.Key.Id, Stored.Noon.AddHours(2), default);

        Assert.That((first, second, (await Keys.FindAsync(_made.Key.Id, default))?.RevokedAt), Is.EqualTo((true, true, Stored.Noon.AddHours(1))));
        Assert.That(await Keys.RevokeAsync("none", Stored.Noon, default), Is.False);
    }

    [Test]
    public async Task All_are_listed_in_the_order_in_which_they_were_made()
    {
        ApiKey later = new ApiKeyWish { Name = "later" }.Make(Stored.Noon.AddDays(1)).Key;
        await Keys.AddAsync(later, default);
        await Keys.AddAsync(_made.Key, default);

        Assert.That((await Keys.ListAsync(default)).Select(key => key.Name), Is.EqualTo(new[] { "a wallet", "later" }));
    }
}
