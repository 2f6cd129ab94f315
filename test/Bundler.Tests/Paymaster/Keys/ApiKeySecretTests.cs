using Bundler.Paymaster.Keys;

namespace Bundler.Tests.Paymaster.Keys;

/// <summary>Row 24: what a caller holds, and what of it is kept.</summary>
public sealed class ApiKeySecretTests
{
    [Test]
    public void What_was_shown_is_the_key()
    {
        ApiKeySecret made = ApiKeySecret.Create();
        ApiKeySecret? read = ApiKeySecret.Parse(made.Reveal());

        Assert.That((read?.Id, read?.Matches(made.Hash())), Is.EqualTo((made.Id, true)));
    }

    [Test]
    public void Each_is_another() => Assert.That(ApiKeySecret.Create().Matches(ApiKeySecret.Create().Hash()), Is.False);

    [Test]
    public void Row_24_it_never_prints_itself()
    {
        ApiKeySecret made = ApiKeySecret.Create();
        PresentedKey presented = new(made, "https://wallet.example", null);

        Assert.That($"{made} {presented}", Does.Not.Contain(made.Reveal()[^40..]));
    }

    [Test]
    public void Row_24_what_is_stored_does_not_have_the_secret_in_it()
    {
        ApiKeySecret made = ApiKeySecret.Create();

        Assert.That(made.Hash().ToString(), Does.Not.Contain(made.Reveal()[^40..]));
    }

    [Test]
    public void A_changed_character_is_another_secret()
    {
        string text = ApiKeySecret.Create().Reveal();
        char other = text[25] == 'A' ? 'B' : 'A';

        ApiKeySecret? read = ApiKeySecret.Parse(string.Concat(text.AsSpan(0, 25), other.ToString(), text.AsSpan(26)));

        Assert.That(read, Is.Not.Null);
        Assert.That(read!.Matches(ApiKeySecret.Parse(text)!.Hash()), Is.False);
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("bk_")]
    [TestCase("bk_0011223344556677_")]
    [TestCase("xx_0011223344556677_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [TestCase("bk_001122334455667X_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [TestCase("bk_0011223344556677-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [TestCase("bk_0011223344556677_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!AAAA")]
    [TestCase("bk_0011223344556677_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ")]
    [TestCase("bk_0011223344556677_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Anything_else_is_no_key(string? text) => Assert.That(ApiKeySecret.Parse(text), Is.Null);
}
