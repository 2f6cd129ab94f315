using Bundler.Signing;
using Bundler.Signing.Grants;

namespace Bundler.Tests.Signing.Grants;

/// <summary>S0-17: where keys for grants may lie in production.</summary>
public sealed class GrantKeysTests
{
    [Test]
    public void S0_17_a_key_in_a_plain_file_is_refused_whatever_is_allowed()
    {
        Assert.That(GrantKeys.FaultsInProduction(new SigningOptions { KeyFile = "key", AllowLocalKey = true }), Has.Exactly(1).Items);
        Assert.That(GrantKeys.FaultsInProduction(new SigningOptions { MnemonicFile = "phrase", AllowLocalKey = true }), Has.Exactly(1).Items);
    }

    [TestCase(false, 1)]
    [TestCase(true, 0)]
    public void A_keystore_has_to_be_allowed(bool allowed, int faults)
    {
        SigningOptions options = new() { AllowLocalKey = allowed };
        options.Keystores["mine"] = new KeystoreOptions();

        Assert.That(GrantKeys.FaultsInProduction(options).Count(), Is.EqualTo(faults));
    }

    [Test]
    public void A_key_service_is_what_it_is_meant_for()
    {
        SigningOptions options = new();
        options.AwsKms["one"] = new AwsKmsOptions();

        Assert.That(GrantKeys.FaultsInProduction(options), Is.Empty);
    }
}
