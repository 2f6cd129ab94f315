using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests;

/// <summary>The debug_bundler_ namespace of ERC-7769 on a running node in manual mode, with automatic mining as test suites use it.</summary>
[TestFixture(EntryPointVersion.V06)]
[TestFixture(EntryPointVersion.V07)]
[TestFixture(EntryPointVersion.V08)]
[TestFixture(EntryPointVersion.V09)]
public sealed class DebugBundlerTests(EntryPointVersion version)
{
    private static ulong _salt = 5_000;

    private AnvilProcess _anvil = null!;
    private NodeProcess _node = null!;
    private HttpTransport _http = null!;
    private EthClient _eth = null!;
    private PrivateKey _owner = null!;
    private EntryPoint _entryPoint = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _anvil = await AnvilProcess.StartAsync();
        _node = await NodeProcess.StartAsync(_anvil.Url, "--debug-api", "--bundling", "manual");
        _http = new HttpTransport(new HttpTransportOptions { Url = _anvil.Url }, TimeProvider.System);
        _eth = new EthClient(_http);
        _owner = PrivateKey.Parse(DevAccounts.All[4].PrivateKey);
        _entryPoint = SimpleAccountWallet.EntryPointOf(version);
    }

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        _http.Dispose();
        _owner.Dispose();
        await _node.DisposeAsync();
        await _anvil.DisposeAsync();
    }

    [SetUp]
    public async Task ClearAsync() => Assert.That(await OkAsync("debug_bundler_clearState"), Is.EqualTo("ok"));

    [Test]
    public async Task In_manual_mode_an_operation_waits_for_the_command_and_is_mined_when_it_returns()
    {
        string hash = await SendAsync(await WalletAsync());
        JsonElement pending = await _node.RpcAsync("debug_bundler_dumpMempool", AddressText);
        JsonElement none = await _node.RpcAsync("eth_getUserOperationReceipt", hash);

        string transaction = await OkAsync("debug_bundler_sendBundleNow");
        JsonElement receipt = await _node.RpcAsync("eth_getUserOperationReceipt", hash);
        JsonElement left = await _node.RpcAsync("debug_bundler_dumpMempool", AddressText);

        Assert.That(pending.GetArrayLength(), Is.EqualTo(1));
        Assert.That(none.ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(receipt.GetProperty("receipt").GetProperty("transactionHash").GetString(), Is.EqualTo(transaction));
        Assert.That(left.GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task Nothing_to_send_is_answered_at_once() => Assert.That(await OkAsync("debug_bundler_sendBundleNow"), Is.EqualTo("ok"));

    [Test]
    public async Task Several_bundles_one_after_the_other_are_each_mined()
    {
        for (int i = 0; i < 3; i++)
        {
            string hash = await SendAsync(await WalletAsync());
            await OkAsync("debug_bundler_sendBundleNow");

            Assert.That((await _node.RpcAsync("eth_getUserOperationReceipt", hash)).GetProperty("success").GetBoolean(), Is.True);
        }
    }

    [Test]
    public async Task The_factory_is_seen_when_admitted_and_included_when_mined()
    {
        SimpleAccountWallet wallet = await WalletAsync();
        await SendAsync(wallet);
        JsonElement seen = await ReputationAsync(wallet.Factory);
        await OkAsync("debug_bundler_sendBundleNow");
        JsonElement included = await ReputationAsync(wallet.Factory);

        Assert.That((seen.GetProperty("opsSeen").GetString(), seen.GetProperty("opsIncluded").GetString()), Is.EqualTo(("0x1", "0x0")));
        Assert.That((included.GetProperty("opsSeen").GetString(), included.GetProperty("opsIncluded").GetString()), Is.EqualTo(("0x1", "0x1")));
        Assert.That(included.GetProperty("status").GetString(), Is.EqualTo("ok"));
    }

    [Test]
    public async Task GREP_010_a_factory_that_is_set_to_banned_is_refused()
    {
        SimpleAccountWallet wallet = await WalletAsync();
        object[] reputation = [new { address = wallet.Factory.ToString(), opsSeen = "0x2710", opsIncluded = "0x0" }];
        Assert.That(await OkAsync("debug_bundler_setReputation", reputation, AddressText), Is.EqualTo("ok"));

        JsonElement answer = await _node.CallAsync("eth_sendUserOperation", Json(wallet.Signed()), AddressText);

        Assert.That(answer.GetProperty("error").GetProperty("code").GetInt32(), Is.EqualTo(-32504));
        Assert.That((await ReputationAsync(wallet.Factory)).GetProperty("status").GetString(), Is.EqualTo("banned"));
        await OkAsync("debug_bundler_clearReputation");
        Assert.That((await _node.RpcAsync("debug_bundler_dumpReputation", AddressText)).GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task Operations_are_added_without_validation_and_judged_when_a_bundle_is_built()
    {
        SimpleAccountWallet good = await WalletAsync();
        SimpleAccountWallet bad = await WalletAsync();
        UserOperation spoilt = bad.Signed() with { CallGasLimit = 100_001 };
        Assert.That(await OkAsync("debug_bundler_addUserOps", new[] { Json(good.Signed()), Json(spoilt) }, AddressText), Is.EqualTo("ok"));

        await OkAsync("debug_bundler_sendBundleNow");

        string hash = _entryPoint.Hash(good.Signed(), 1337, null).ToString();
        Assert.That((await _node.RpcAsync("eth_getUserOperationReceipt", hash)).GetProperty("success").GetBoolean(), Is.True);
        Assert.That((await _node.RpcAsync("debug_bundler_dumpMempool", AddressText)).GetArrayLength(), Is.Zero, "the bad one was dropped");
    }

    [Test]
    public async Task Auto_mode_bundles_by_itself()
    {
        Assert.That(await OkAsync("debug_bundler_setBundlingMode", "auto"), Is.EqualTo("ok"));
        string hash = await SendAsync(await WalletAsync());
        await Eventually.Async(
            async () => (await _node.RpcAsync("eth_getUserOperationReceipt", hash)).ValueKind == JsonValueKind.Object, TimeSpan.FromSeconds(30), "the receipt");
        await OkAsync("debug_bundler_setBundlingMode", "manual");
    }

    [Test]
    public async Task SREP_010_the_stake_of_an_address_is_told()
    {
        JsonElement status = await _node.RpcAsync("debug_bundler_getStakeStatus", DevAccounts.All[7].Address.ToString(), AddressText);

        Assert.That(status.GetProperty("isStaked").GetBoolean(), Is.False);
        Assert.That(status.GetProperty("stakeInfo").GetProperty("stake").GetString(), Is.EqualTo("0"));
    }

    [TestCase("debug_bundler_setBundlingMode", "sometimes")]
    [TestCase("debug_bundler_setBundleInterval", "never")]
    [TestCase("debug_bundler_dumpMempool", "0x12")]
    public async Task Wrong_parameters_are_invalid_params(string method, string parameter)
    {
        JsonElement answer = await _node.CallAsync(method, parameter);

        Assert.That(answer.GetProperty("error").GetProperty("code").GetInt32(), Is.EqualTo(-32602));
    }

    private string AddressText => _entryPoint.Address.ToString();

    private async Task<SimpleAccountWallet> WalletAsync()
    {
        SimpleAccountWallet wallet = await SimpleAccountWallet.CreateAsync(_eth, version, _owner, Interlocked.Increment(ref _salt));
        await _anvil.RpcAsync("anvil_setBalance", wallet.Address.ToLowerHex(), "0xde0b6b3a7640000");
        return wallet;
    }

    private async Task<string> SendAsync(SimpleAccountWallet wallet) =>
        (await _node.RpcAsync("eth_sendUserOperation", Json(wallet.Signed()), AddressText)).GetString()!;

    private async Task<string> OkAsync(string method, params object?[] parameters) => (await _node.RpcAsync(method, parameters)).GetString()!;

    private async Task<JsonElement> ReputationAsync(Address address)
    {
        JsonElement all = await _node.RpcAsync("debug_bundler_dumpReputation", AddressText);
        return all.EnumerateArray().Single(entry => Address.Parse(entry.GetProperty("address").GetString()) == address);
    }

    private JsonElement Json(UserOperation operation)
    {
        using JsonDocument document = JsonDocument.Parse(Engine.Pool.OperationJson.Write(_entryPoint, operation).Memory);
        return document.RootElement.Clone();
    }
}
