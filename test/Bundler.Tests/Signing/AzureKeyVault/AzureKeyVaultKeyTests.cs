using Bundler.Signing;
using Bundler.Signing.AzureKeyVault;
using Bundler.Signing.KeyServices;
using Bundler.Testing.Kms;

namespace Bundler.Tests.Signing;

public sealed class AzureKeyVaultKeyTests : KeyServerContract<FakeAzureKeyVault>
{
    protected override FakeAzureKeyVault CreateServer(SoftKey key) => new(key);

    protected override IKeyService Open() => new AzureKeyVaultKey(Server.KeyId, new FixedToken(FakeAzureKeyVault.Token));

    [Test]
    public async Task Without_a_version_the_current_one_signs()
    {
        using AzureKeyVaultKey key = new(new Uri(Server.Endpoint, "/keys/executor/"), new FixedToken(FakeAzureKeyVault.Token));

        Assert.That(await key.ReadAddressAsync(CancellationToken.None), Is.EqualTo(Server.Key.Address));
    }

    [TestCase("expired")]
    [TestCase(null)]
    public void Without_a_good_token_access_is_denied(string? token)
    {
        using AzureKeyVaultKey key = new(Server.KeyId, new FixedToken(token));

        Assert.That(
            () => key.ReadAddressAsync(CancellationToken.None),
            Throws.TypeOf<SignerUnavailableException>().With.Property(nameof(SignerUnavailableException.Fault)).EqualTo(SignerFault.AccessDenied));
    }

    [Test]
    public void A_key_of_another_curve_is_refused()
    {
        Server.Curve = "P-256";
        using AzureKeyVaultKey key = new(Server.KeyId, new FixedToken(FakeAzureKeyVault.Token));

        Assert.That(
            () => key.ReadAddressAsync(CancellationToken.None),
            Throws.TypeOf<SignerUnavailableException>().With.Message.Contains("EC-HSM P-256, needed is EC-HSM P-256K"));
    }

    [TestCase("https://bundler.vault.azure.net/keys/executor", "https://vault.azure.net/.default")]
    [TestCase("https://bundler.managedhsm.azure.net/keys/executor", "https://managedhsm.azure.net/.default")]
    [TestCase("https://bundler.vault.azure.cn/keys/executor/1", "https://vault.azure.cn/.default")]
    public void The_token_is_asked_for_the_cloud_of_the_key(string keyId, string scope) =>
        Assert.That(AzureAccessTokens.ScopeOf(new Uri(keyId)), Is.EqualTo(scope));
}
