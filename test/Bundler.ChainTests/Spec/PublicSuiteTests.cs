using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Spec;

/// <summary>The options that scripts/spec-launcher gives the node are those that the public suite's operations need.</summary>
public sealed class PublicSuiteTests
{
    private readonly Started _started = new();
    private AnvilProcess _anvil = null!;
    private NodeProcess _node = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        string[] options =
        [
            .. (await File.ReadAllLinesAsync(Repo.PathOf("scripts/spec-launcher"))).Select(line => line.Trim())
                .Where(line => line.StartsWith("--Bundler:", StringComparison.Ordinal)),
        ];
        Assert.That(options, Is.Not.Empty);
        _anvil = _started.Add(await AnvilProcess.StartAsync(new AnvilOptions()));
        _node = _started.Add(await NodeProcess.StartAsync(_anvil.Url, ["--debug-api", "--bundling", "manual", .. options]));
    }

    [OneTimeTearDown]
    public async Task EndAsync() => await _started.DisposeAsync();

    [Test]
    public async Task An_operation_with_a_million_of_verification_gas_is_taken_and_bundled_by_command([Values] EntryPointVersion version)
    {
        EntryPoint entryPoint = Of(version);
        Address account = await AccountAsync((byte)version, PaysAndAgrees);
        UserOperation operation = Operation(account) with { VerificationGasLimit = 1_000_000, CallGasLimit = 1_000_000, PreVerificationGas = 100_000 };

        string hash = await _node.SendAsync(entryPoint, operation);
        await _node.RpcAsync("debug_bundler_sendBundleNow");

        await Eventually.Async(
            async () => (await _node.RpcAsync("eth_getUserOperationReceipt", hash)).ValueKind == JsonValueKind.Object, Eventually.Patience, "a receipt");
    }

    [Test]
    public async Task A_status_of_the_reputation_is_a_number()
    {
        string entryPoint = Of(EntryPointVersion.V07).Address.ToString();
        await _node.RpcAsync(
            "debug_bundler_setReputation", new[] { new { address = new string('1', 40).Insert(0, "0x"), opsSeen = "0x2710", opsIncluded = "0x0" } }, entryPoint);

        JsonElement entry = (await _node.RpcAsync("debug_bundler_dumpReputation", entryPoint)).EnumerateArray().Single();

        Assert.That(entry.GetProperty("status").GetInt32(), Is.EqualTo(2));
    }

    [TestCase("")]
    [TestCase("0x12")]
    public async Task A_userOpHash_that_is_none_is_told_so(string hash)
    {
        JsonElement error = (await _node.CallAsync("eth_getUserOperationByHash", hash)).GetProperty("error");

        Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(-32602));
        Assert.That(error.GetProperty("message").GetString(), Does.Contain("Missing/invalid userOpHash"));
    }

    [Test]
    public async Task A_failed_signature_has_the_words_of_the_EntryPoint([Values] EntryPointVersion version)
    {
        Address account = await AccountAsync((byte)(0x10 + (byte)version), PaysAndFailsTheSignature);

        JsonElement error = (await _node.OfferAsync(Of(version), Operation(account))).GetProperty("error");

        Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(-32507));
        Assert.That(error.GetProperty("message").GetString(), Is.EqualTo("AA24 signature error"));
    }

    // Pays missingAccountFunds to the caller; then answers 0, or 1.
    private const string PaysAndAgrees = "0x6000600060006000604435335af160206000f3";
    private const string PaysAndFailsTheSignature = "0x6000600060006000604435335af1600160005260206000f3";

    private static EntryPoint Of(EntryPointVersion version) => SimpleAccountWallet.EntryPointOf(version);

    private static UserOperation Operation(Address account) => A.UserOperation() with
    {
        Sender = account,
        VerificationGasLimit = 100_000,
        PreVerificationGas = 100_000,
        MaxFeePerGas = 5_000_000_000,
        MaxPriorityFeePerGas = 2_000_000_000,
    };

    private async Task<Address> AccountAsync(byte place, string code)
    {
        Address account = Address.Parse($"0x5bec00000000000000000000000000000000aa{place:x2}");
        await _anvil.RpcAsync("anvil_setCode", account.ToLowerHex(), code);
        await _anvil.RpcAsync("anvil_setBalance", account.ToLowerHex(), "0x56bc75e2d63100000");
        return account;
    }
}
