using System.Runtime.Versioning;
using System.Text.Json;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Signing;
using Bundler.Testing;
using Bundler.Testing.Kms;

namespace Bundler.ChainTests.Signing;

/// <summary>
/// Issue 8, faults to survive: a key service that is throttled, slow or down, and a key that is disabled or denied. Bundles wait, nothing is
/// dropped, the operator is told, and signing resumes by itself.
/// </summary>
public sealed class KeyServiceFaultTests
{
    private SigningRig _rig = null!;

    private Address Key => _rig.Kms.Key.Address;

    [OneTimeSetUp]
    public async Task StartAsync() => _rig = await SigningRig.StartAsync();

    [OneTimeTearDown]
    public async Task EndAsync() => await _rig.DisposeAsync();

    [TestCase(KmsTrouble.Throttled, SignerFault.Throttled)]
    [TestCase(KmsTrouble.Hangs, SignerFault.TimedOut)]
    [TestCase(KmsTrouble.Drops, SignerFault.Unreachable)]
    [TestCase(KmsTrouble.Faulted, SignerFault.ServiceFaulted)]
    [TestCase(KmsTrouble.KeyDisabled, SignerFault.KeyDisabled)]
    [TestCase(KmsTrouble.DeniesAccess, SignerFault.AccessDenied)]
    public Task While_the_key_does_not_sign_bundles_wait_and_all_operations_are_mined_once_it_does(KmsTrouble trouble, SignerFault fault) =>
        SurviveAsync(trouble, fault, TimeSpan.FromSeconds(2));

    [Explicit("takes a minute for each trouble")]
    [TestCase(KmsTrouble.Throttled, SignerFault.Throttled)]
    [TestCase(KmsTrouble.Hangs, SignerFault.TimedOut)]
    [TestCase(KmsTrouble.Drops, SignerFault.Unreachable)]
    public Task For_a_whole_minute(KmsTrouble trouble, SignerFault fault) => SurviveAsync(trouble, fault, TimeSpan.FromMinutes(1));

    [Test]
    public async Task A_key_service_that_stumbles_and_answers_late_is_only_slower()
    {
        _rig.Kms.Next(KmsTrouble.Throttled, KmsTrouble.None, KmsTrouble.Hangs, KmsTrouble.None, KmsTrouble.Corrupts);

        IReadOnlyList<Address> signers = await _rig.MinedAsync(await _rig.SendAsync(3));

        Assert.That(signers, Has.All.EqualTo(Key));
    }

    private async Task SurviveAsync(KmsTrouble trouble, SignerFault fault, TimeSpan duration)
    {
        await _rig.StateAsync(Key, "ready");
        IReadOnlyList<string> before = await _rig.SendAsync(2);
        _rig.Kms.FromNowOn(trouble);
        List<string> during = [.. await _rig.SendAsync(2)];
        await _rig.StateAsync(Key, "down");
        (int status, JsonElement signer) = await _rig.HealthAsync(Key);
        ulong nonce = await _rig.NonceAsync(Key);
        long start = TimeProvider.System.GetTimestamp();
        await Eventually.Async(() => Task.FromResult(TimeProvider.System.GetElapsedTime(start) >= duration), duration * 2, "the trouble has lasted");
        during.AddRange(await _rig.SendAsync(1));

        Assert.That(status, Is.EqualTo(503));
        Assert.That((signer.GetProperty("name").GetString(), signer.GetProperty("fault").GetString()), Is.EqualTo(("AwsKms:one", fault.ToString())));
        Assert.That(_rig.Node.Output, Does.Match($"crit: .*\\[8012\\] Signer AwsKms:one \\({Key}\\) cannot sign \\({fault}, "));
        (int _, string metrics) = await _rig.Node.GetOperatorsAsync("/metrics");
        Assert.That(metrics, Does.Contain($"bundler_signer_up{{signer=\"{Key}\"}} 0\n"));
        Assert.That(metrics, Does.Match($"bundler_signer_faults_total{{signer=\"{Key}\",fault=\"{fault}\"}} [1-9]"));
        Assert.That(await _rig.WaitingAsync(during), Is.EqualTo(during.Count));
        Assert.That(await _rig.NonceAsync(Key) - nonce, Is.LessThanOrEqualTo(1), "nothing but what was signed before");

        _rig.Kms.FromNowOn(KmsTrouble.None);
        IReadOnlyList<Address> signers = await _rig.MinedAsync([.. before, .. during]);

        Assert.That(signers, Has.All.EqualTo(Key));
        await _rig.StateAsync(Key, "ready");
        Assert.That((await _rig.HealthAsync(Key)).Status, Is.EqualTo(200));
        (int _, string healed) = await _rig.Node.GetOperatorsAsync("/metrics");
        Assert.That(healed, Does.Contain($"bundler_signer_up{{signer=\"{Key}\"}} 1\n"));
        Assert.That(_rig.Node.Output, Does.Contain($"Signer AwsKms:one ({Key}) signs again after"));
    }
}

/// <summary>The fees of a bundle go where the operator says, by default to its signer.</summary>
public sealed class BeneficiaryTests
{
    [Test]
    public async Task The_configured_beneficiary_gets_the_fees()
    {
        Address beneficiary = DevAccounts.All[7].Address;
        await using SigningRig rig = await SigningRig.StartAsync($"--Bundler:Bundling:Beneficiary={beneficiary}");

        UInt256 before = await rig.Eth.GetBalanceAsync(beneficiary, BlockTag.Latest, CancellationToken.None);

        await rig.MinedAsync(await rig.SendAsync(1));

        Assert.That(await rig.Eth.GetBalanceAsync(beneficiary, BlockTag.Latest, CancellationToken.None), Is.GreaterThan(before));
    }
}

/// <summary>With a second key the node goes on, and takes the first one back when it signs again.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SecondSignerTests
{
    [Test]
    public async Task While_one_key_hangs_the_other_goes_on_and_then_both_sign()
    {
        using SecretFolder folder = new();
        Address second = DevAccounts.All[3].Address;
        await using SigningRig rig = await SigningRig.StartAsync("--signer-key-file", folder.Write("key", DevAccounts.All[3].PrivateKey));
        rig.Kms.FromNowOn(KmsTrouble.Hangs);

        IReadOnlyList<Address> during = await rig.MinedAsync(await rig.SendAsync(6));
        await rig.StateAsync(rig.Kms.Key.Address, "down");
        (int status, JsonElement healthy) = await rig.HealthAsync(second);

        Assert.That(during, Has.All.EqualTo(second));
        Assert.That((status, healthy.GetProperty("state").GetString()), Is.EqualTo((200, "ready")));

        rig.Kms.FromNowOn(KmsTrouble.None);
        await rig.StateAsync(rig.Kms.Key.Address, "ready");
        HashSet<Address> after = [];
        while (!after.Contains(rig.Kms.Key.Address))
        {
            after.UnionWith(await rig.MinedAsync(await rig.SendAsync(2)));
        }
    }
}
