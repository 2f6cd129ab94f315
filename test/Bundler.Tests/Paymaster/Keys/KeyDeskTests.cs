using Bundler.Paymaster.Keys;
using Bundler.Testing;

namespace Bundler.Tests.Paymaster.Keys;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class KeyDeskTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly MemoryApiKeyStore _keys = new();
    private KeyDesk _desk = null!;

    [SetUp]
    public void Open() => _desk = new KeyDesk(_keys, new KeyPolicy(IsOpen: false), _clock);

    [TearDown]
    public void Leave() => PresentedKey.Current = null;

    [Test]
    public async Task Nobody_spends_without_a_key() => Assert.That((await AskAsync()).Refusal, Is.EqualTo(ApiKeyRefusal.Missing));

    [Test]
    public async Task Where_the_chain_has_no_value_and_the_caller_is_near_anybody_does()
    {
        KeyDesk open = new(_keys, new KeyPolicy(IsOpen: true), _clock);

        Assert.That(await open.AskAsync(ApiKeyScopes.Sponsor, default), Is.EqualTo(KeyVerdict.Anybody));
    }

    [Test]
    public async Task Where_anybody_does_a_wrong_key_does_not()
    {
        KeyDesk open = new(_keys, new KeyPolicy(IsOpen: true), _clock);
        PresentedKey.Current = new PresentedKey(ApiKeySecret.Create(), null, null);

        Assert.That((await open.AskAsync(ApiKeyScopes.Sponsor, default)).Refusal, Is.EqualTo(ApiKeyRefusal.Unknown));
    }

    [Test]
    public async Task Row_24_a_revocation_holds_after_a_second_at_every_node()
    {
        ApiKey key = Present(new ApiKeyWish { Name = "a" });
        KeyVerdict before = await AskAsync();
        await _keys.RevokeAsync(key.Id, _clock.GetUtcNow(), default);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.That((before, (await AskAsync()).Refusal), Is.EqualTo((new KeyVerdict(key, null), ApiKeyRefusal.Revoked)));
    }

    [Test]
    public async Task The_store_is_asked_once_a_second()
    {
        Present(new ApiKeyWish { Name = "a" });
        await AskAsync();
        await AskAsync();

        Assert.That(_keys.Finds, Is.EqualTo(1));
    }

    [Test]
    public async Task A_key_is_used_so_often_in_a_minute_and_in_the_next_one_again()
    {
        Present(new ApiKeyWish { Name = "a", PerMinute = 2 });
        ApiKeyRefusal?[] first = [(await AskAsync()).Refusal, (await AskAsync()).Refusal, (await AskAsync()).Refusal];
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.That(first, Is.EqualTo(new ApiKeyRefusal?[] { null, null, ApiKeyRefusal.TooOften }));
        Assert.That((await AskAsync()).Refusal, Is.Null);
    }

    private Task<KeyVerdict> AskAsync() => _desk.AskAsync(ApiKeyScopes.Sponsor, default);

    /// <summary>Not async: what flows with the work must be set in the test itself.</summary>
    private ApiKey Present(ApiKeyWish wish)
    {
        (ApiKey key, ApiKeySecret secret) = wish.Make(_clock.GetUtcNow());
        _keys.Add(key);
        PresentedKey.Current = new PresentedKey(secret, null, null);
        return key;
    }
}
