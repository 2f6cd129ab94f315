using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Contracts;
using Bundler.Paymaster.Ledger;
using Bundler.Paymaster.Options;
using Bundler.Signing.Grants;
using Bundler.Testing;

namespace Bundler.Tests.Paymaster;

public sealed class SponsorOptionsTests
{
    private static readonly EntryPoint _entryPoint = SimpleAccountWallet.EntryPointOf(EntryPointVersion.V07);
    private static readonly Address _signer = DevAccounts.All[3].Address;

    private static PaymasterOptions Good => new()
    {
        Address = "0x00000000000000000000000000000000000000aa", EntryPoint = _entryPoint.Address.ToString(), Signer = _signer.ToString(),
    };

    [Test]
    public void Nothing_is_asked_of_a_node_that_does_not_sponsor() => Assert.That(Faults(enabled: false), Is.Empty);

    [Test]
    public void A_paymaster_with_addresses_is_enough() => Assert.That(Faults(true, Good), Is.Empty);

    [Test]
    public void To_sponsor_without_a_paymaster_is_a_mistake() => Assert.That(Faults(true), Has.One.Contains("Paymasters"));

    [Test]
    public void What_cannot_be_read_is_named()
    {
        PaymasterOptions bad = Good;
        (bad.Address, bad.Kind, bad.MaxWeiPerDay) = ("0x1", "mine", "a lot");

        string[] faults = [.. Faults(true, bad)];

        Assert.That(faults, Has.One.Contains("Address must be an address").And.One.Contains("Kind must be one of node, verifying, pimlico").And.One.Contains("amount"));
    }

    [Test]
    public void S4_11_a_narrow_limit_is_no_more_than_a_wide_one()
    {
        PaymasterOptions bad = Good;
        (bad.MaxWeiPerOperation, bad.MaxWeiPerHour) = ("11", "10");
        PaymasterOptions worse = Good;
        (worse.MaxPerHour, worse.MaxTotal) = (11, 10);

        Assert.That(Faults(true, bad), Has.One.Contains("MaxWeiPerOperation must not be more than MaxWeiPerHour"));
        Assert.That(Faults(true, worse), Has.One.Contains("MaxPerHour must not be more than MaxTotal"));
    }

    [Test]
    public void An_EntryPoint_has_one_paymaster() => Assert.That(Faults(true, Good, Good), Has.One.Contains("at most one"));

    [Test]
    public void A_contract_is_one_paymaster()
    {
        PaymasterOptions elsewhere = Good;
        (elsewhere.EntryPoint, elsewhere.Address) = (Deployments.EntryPointV08.ToString(), Good.Address.ToUpperInvariant().Replace('X', 'x'));

        Assert.That(Faults(true, Good, elsewhere), Has.One.EqualTo("Paymasters: p0 and p1 have one address, and a contract works with one EntryPoint"));
    }

    [Test]
    public void A_limit_that_is_empty_is_none()
    {
        PaymasterOptions open = Good;
        (open.MaxWeiPerOperation, open.MaxWeiPerHour, open.MaxWeiPerDay, open.MaxPerSenderPerHour) = ("", "", "7", 2);

        Assert.That(open.Budgets(), Is.EqualTo(new[]
        {
            new GrantLimit("MaxPerSenderPerHour", GrantScope.Sender, GrantPeriod.Hour, null, 2),
            new GrantLimit("MaxWeiPerDay", GrantScope.Paymaster, GrantPeriod.Day, 7, null),
        }));
    }

    /// <summary>It must not open what it was to close.</summary>
    [Test]
    public void A_limit_of_zero_is_refused()
    {
        PaymasterOptions wei = Good;
        wei.MaxWeiPerHour = "0";
        PaymasterOptions count = Good;
        count.MaxPerSenderPerHour = 0;

        Assert.That(Faults(true, wei), Has.One.Contains("MaxWeiPerHour of 0 would grant nothing"));
        Assert.That(Faults(true, count), Has.One.Contains("MaxPerSenderPerHour of 0 would grant nothing"));
    }

    [Test]
    public void Row_20_a_bundlers_key_signs_no_grants() => Assert.That(
        Paymasters.Faults(Options(true, Good), [_entryPoint], [_signer], [_signer]), Has.One.Contains("must be another key than a bundler's"));

    [Test]
    public void Row_6_what_the_node_does_not_have_or_does_not_sign_for_is_named()
    {
        PaymasterOptions counting = Good;
        (counting.Kind, counting.EntryPoint) = ("verifying", Deployments.EntryPointV06.ToString());

        Assert.That(Paymasters.Faults(Options(true, Good), [_entryPoint], [_signer], []), Is.Empty);
        Assert.That(Paymasters.Faults(Options(true, Good), [], [_signer], []), Has.One.Contains("does not serve"));
        Assert.That(Paymasters.Faults(Options(true, Good), [_entryPoint], [], []), Has.One.Contains("no key of Bundler:GrantSigning"));
        Assert.That(
            Paymasters.Faults(Options(true, counting), [SimpleAccountWallet.EntryPointOf(EntryPointVersion.V06)], [_signer], []), Has.One.Contains("counts the grants"));
    }

    [TestCase(3_600, 60, true)]
    [TestCase(3_600, 61, false)]
    public void Row_7_a_window_is_no_longer_than_what_the_guard_lets_be_signed(int window, int skew, bool fits)
    {
        SponsorOptions options = Options(true, Good);
        (options.WindowSeconds, options.SkewSeconds) = (window, skew);

        Assert.That(
            GuardFaults.Of(options, new GrantGuardOptions { LongestWindowSeconds = 3_660 }),
            fits ? Is.Empty : Has.One.StartsWith("Grants hold for WindowSeconds and SkewSeconds of Bundler:Sponsor together, 3661 s"));
    }

    [TestCase("100", true)]
    [TestCase("101", false)]
    [TestCase("0", true)]
    public void An_operation_is_no_dearer_than_what_the_guard_lets_be_signed(string dearest, bool fits)
    {
        PaymasterOptions paymaster = Good;
        paymaster.MaxWeiPerOperation = dearest;

        Assert.That(
            GuardFaults.Of(Options(true, paymaster), new GrantGuardOptions { MaxWeiPerGrant = "100" }),
            fits ? Is.Empty : Has.One.StartsWith("The paymaster p0 pays up to 101 wei for an operation"));
    }

    private static IEnumerable<string> Faults(bool enabled, params PaymasterOptions[] paymasters) =>
        new SponsorOptionsPaymasters().Validate(null, Options(enabled, paymasters)).Failures ?? [];

    private static SponsorOptions Options(bool enabled, params PaymasterOptions[] paymasters)
    {
        SponsorOptions options = new() { Enabled = enabled };
        foreach ((PaymasterOptions paymaster, int i) in paymasters.Select((paymaster, i) => (paymaster, i)))
        {
            options.Paymasters[$"p{i}"] = paymaster;
        }

        return options;
    }
}
