using System.Text.Json;
using Bundler.ChainTests.Inclusion;
using Bundler.ChainTests.Spec;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Bundling;

/// <summary>Operations of an aggregator that is served, through the running node.</summary>
[TestFixture(EntryPointVersion.V06)]
[TestFixture(EntryPointVersion.V07)]
[TestFixture(EntryPointVersion.V08)]
[TestFixture(EntryPointVersion.V09)]
public sealed class AggregatedOperationsTests(EntryPointVersion version)
{
    private static readonly Address _aggregator = Address.Parse("0x7562aaaa00000000000000000000000000000001");
    private static readonly Address _first = Address.Parse("0x7562aaaa00000000000000000000000000000002");
    private static readonly Address _second = Address.Parse("0x7562aaaa00000000000000000000000000000003");
    private static readonly Address _plain = Address.Parse("0x7562aaaa00000000000000000000000000000004");

    private static readonly Bytes _refuses = Bytes.Parse("0x60006000fd");

    private readonly EntryPoint _entryPoint = SimpleAccountWallet.EntryPointOf(version);
    private InclusionRig _rig = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _rig = await InclusionRig.StartAsync(withNode: false);
        await _rig.PutAsync("RuleAggregator", _aggregator);
        foreach (Address account in new[] { _first, _second, _plain })
        {
            await _rig.PutAsync("RuleAccount", account);
        }

        Bytes stake = Act.Run(Act.Call(_entryPoint.Address, EntryPointCalls.AddStake.EncodeCall((UInt256)1), 1));
        await _rig.TransactAsync(_aggregator, stake);
        await _rig.StartNodeAsync(
            null, "--debug-api", "--bundling", "manual", $"--Bundler:Validation:AllowedAggregators:0={_aggregator}", "--Bundler:Chain:MinStakeWei=1",
            "--Bundler:Chain:MinUnstakeDelaySeconds=1");
    }

    [OneTimeTearDown]
    public async Task EndAsync() => await _rig.DisposeAsync();

    [SetUp]
    public Task ClearAsync() => _rig.Node.RpcAsync("debug_bundler_clearState");

    [Test]
    public async Task One_may_wait_behind_another_and_both_are_mined_with_a_plain_one()
    {
        string[] hashes =
        [
            await SendAsync(Aggregated(_first, 0)), await SendAsync(Aggregated(_first, 1)), await SendAsync(Operation(_plain, 0)),
            await SendAsync(Aggregated(_second, 0)),
        ];

        await AreMinedAsync(hashes);
    }

    [Test]
    public async Task An_account_that_queues_aggregated_and_plain_ones_has_them_mined_bundle_by_bundle()
    {
        UInt256 nonce = new UserOperationNonce(3, 0).Value;
        string[] hashes =
        [
            await SendAsync(Aggregated(_first, nonce)), await SendAsync(Operation(_first, nonce + 1)), await SendAsync(Aggregated(_first, nonce + 2)),
        ];

        foreach (string hash in hashes)
        {
            await AreMinedAsync([hash]);
        }
    }

    [TestCase(false, "aggregator refuses the signature")]
    [TestCase(true, "SignatureValidationFailed(0x7562aAaa")]
    public async Task GREP_040_a_group_that_its_aggregator_refuses_is_dropped_and_the_rest_is_mined(bool joins, string reason)
    {
        UInt256 nonce = new UserOperationNonce(joins ? 2UL : 1UL, 0).Value;
        string[] group = [await SendAsync(Aggregated(_first, nonce)), await SendAsync(Aggregated(_second, nonce))];
        string plain = await SendAsync(Operation(_plain, nonce));
        await _rig.SetCodeAsync(_aggregator, joins ? JoinsAndRefuses() : _refuses);

        await _rig.Node.RpcAsync("debug_bundler_sendBundleNow");
        await _rig.PutAsync("RuleAggregator", _aggregator);

        Assert.That((await _rig.Node.RpcAsync("eth_getUserOperationReceipt", plain)).GetProperty("success").GetBoolean(), Is.True);
        foreach (string hash in group)
        {
            JsonElement status = await _rig.Node.RpcAsync("bundler_getUserOperationStatus", hash);
            Assert.That(status.GetProperty("status").GetString(), Is.EqualTo("dropped"));
            Assert.That(status.GetProperty("reason").GetString(), Does.Contain(reason));
        }

        JsonElement blamed = (await _rig.Node.RpcAsync("debug_bundler_dumpReputation", _entryPoint.Address.ToString())).EnumerateArray()
            .Single(entry => Address.Parse(entry.GetProperty("address").GetString()) == _aggregator);
        Assert.That(blamed.GetProperty("status").GetString(), Is.EqualTo("banned"));
    }

    /// <summary>Answers aggregateSignatures with no bytes, and reverts otherwise.</summary>
    private Bytes JoinsAndRefuses() =>
        Bytes.Parse($"0x60003560e01c63{OperationCalls.Of(version).AggregateSignatures.Selector:x8}1460145760006000fd5b602060005260406000f3");

    private UserOperation Aggregated(Address account, UInt256 nonce) => Operation(account, nonce, Act.Answer(_aggregator.ToWord().ToUInt256()));

    private static UserOperation Operation(Address account, UInt256 nonce, params Act[] validation) =>
        InclusionRig.Operation(account) with { Nonce = nonce, Signature = Act.Encode(validation) };

    /// <summary>All in the one bundle that goes now.</summary>
    private async Task AreMinedAsync(string[] hashes)
    {
        JsonElement bundle = await _rig.Node.RpcAsync("debug_bundler_sendBundleNow");
        foreach (string hash in hashes)
        {
            JsonElement receipt = await _rig.Node.RpcAsync("eth_getUserOperationReceipt", hash);
            Assert.That(receipt.GetProperty("success").GetBoolean(), Is.True);
            Assert.That(receipt.GetProperty("receipt").GetProperty("transactionHash").GetString(), Is.EqualTo(bundle.GetString()));
        }
    }

    private Task<string> SendAsync(UserOperation operation) => _rig.SendAsync(_entryPoint, operation);
}
