using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.ChainTests.Methods;
using Bundler.Engine.Gas;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Estimates;

/// <summary>What accounts and paymasters with ordinary means are estimated: nobody has to afford the limits of the search.</summary>
public sealed class OrdinaryAccountTests
{
    private const string Estimate = "eth_estimateUserOperationGas";
    private const string Pays = "6000600060006000604435335af1";
    private const string Fails = "600160005260206000f3";
    private const string Accepts = "60206000f3";
    private const string Sponsors = "604060005260606000f3";

    private static readonly Address _sender = Address.Parse("0x00000000000000000000000000000000000abcde");
    private static readonly Address _paymaster = Address.Parse("0x00000000000000000000000000000000000fabcd");

    private MethodRig _rig = null!;

    [OneTimeSetUp]
    public async Task BeginAsync() => _rig = await MethodRig.StartAsync(new AnvilOptions(), "--bundling", "manual");

    [OneTimeTearDown]
    public async Task EndAsync() => await _rig.DisposeAsync();

    [Test]
    public async Task A_deposit_in_the_EntryPoint_is_enough([Values] EntryPointVersion version, [Values] bool acceptsSignature)
    {
        JsonObject overrides = new()
        {
            [_sender.ToLowerHex()] = new JsonObject { ["code"] = $"0x{Pays}{(acceptsSignature ? Accepts : Fails)}", ["balance"] = "0x0" },
            [Target(version)] = Deposit(_sender, (UInt256)1_000_000_000_000_000_000),
        };

        JsonElement estimate = await _rig.AskAsync(Estimate, Operation(version), Target(version), overrides);

        Assert.That(MethodRig.Quantity(estimate, "verificationGasLimit"), Is.GreaterThan(UInt256.Zero).And.LessThan((UInt256)60_000));
    }

    [Test]
    public async Task Every_deposit_is_enough([Values] EntryPointVersion version, [Values(1ul, 999_983ul, 10_000_000_000_000ul, 123_456_789_012_345ul)] ulong deposit)
    {
        JsonObject overrides = new()
        {
            [_sender.ToLowerHex()] = new JsonObject { ["code"] = $"0x{Pays}{Fails}", ["balance"] = "0x0" },
            [Target(version)] = Deposit(_sender, deposit),
        };

        JsonElement answer = await _rig.Node.CallAsync(Estimate, Operation(version, fee: 1_000_000_000), Target(version), overrides);

        Assert.That(answer.TryGetProperty("result", out _), Is.True, answer.GetRawText());
    }

    [Test]
    public async Task An_account_that_accepts_any_signature_is_estimated([Values] EntryPointVersion version)
    {
        JsonObject overrides = new() { [_sender.ToLowerHex()] = new JsonObject { ["code"] = $"0x{Pays}{Accepts}" } };

        JsonElement answer = await _rig.Node.CallAsync(Estimate, Operation(version), Target(version), overrides);

        Assert.That(answer.TryGetProperty("result", out _), Is.True, answer.GetRawText());
    }

    [Test]
    public async Task A_paymaster_with_twice_the_cost_as_its_deposit_can_pay([Values] EntryPointVersion version, [Values(0ul, 1_000_000_000ul)] ulong fee)
    {
        JsonElement answer = await SponsoredAsync(version, fee, 200_000_000_000_000, Sponsors);

        Assert.That(answer.TryGetProperty("result", out _), Is.True, answer.GetRawText());
    }

    // Where there is a call, ample gas for it would cost more than that deposit: it is compared what the operation does, and not what of the deposit it leaves.
    [Test]
    public async Task A_paymaster_with_twice_the_cost_as_its_deposit_can_pay_for_a_call([Values] EntryPointVersion version)
    {
        JsonElement answer = await SponsoredAsync(version, 1_000_000_000, 200_000_000_000_000, Sponsors, "0x01020304");

        Assert.That(answer.TryGetProperty("result", out _), Is.True, answer.GetRawText());
    }

    [Test]
    public async Task A_paymaster_that_cannot_pay_what_is_answered_is_AA31([Values] EntryPointVersion version)
    {
        JsonElement answer = await SponsoredAsync(version, 1_000_000_000, 20_000_000_000_000, Sponsors);

        Assert.That(answer.GetProperty("error").GetProperty("code").GetInt32(), Is.EqualTo(-32501), answer.GetRawText());
        Assert.That(answer.GetProperty("error").GetProperty("message").GetString(), Does.StartWith("AA31"));
    }

    [Test]
    public async Task Without_fees_nobody_pays([Values] EntryPointVersion version)
    {
        JsonElement answer = await SponsoredAsync(version, 0, 0, Sponsors);

        Assert.That(answer.TryGetProperty("result", out _), Is.True, answer.GetRawText());
    }

    [Test]
    public async Task A_paymaster_whose_user_has_little_is_not_shown_the_cost_of_the_search([Values] EntryPointVersion version)
    {
        // Reverts where maxCost is above 160,000 gas' worth, as a token paymaster does whose user has no more.
        const string Frugal = "67" + "00009184e72a0000" + "60443511" + "601a57" + Sponsors + "5b60006000fd";

        JsonElement answer = await SponsoredAsync(version, 1_000_000_000, 1_000_000_000_000_000_000, Frugal);

        Assert.That(answer.TryGetProperty("result", out _), Is.True, answer.GetRawText());
    }

    [TestCase(EntryPointVersion.V06)]
    [TestCase(EntryPointVersion.V07)]
    [TestCase(EntryPointVersion.V08)]
    [TestCase(EntryPointVersion.V09)]
    public async Task What_the_account_reverts_with_belongs_to_the_caller(EntryPointVersion version)
    {
        JsonObject overrides = new() { [_sender.ToLowerHex()] = new JsonObject { ["code"] = Reverting("dead signature") } };
        JsonObject operation = Operation(version);
        operation["signature"] = "0xdead";

        JsonElement error = (await _rig.Node.CallAsync(Estimate, operation, Target(version), overrides)).GetProperty("error");

        Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(-32500), error.GetRawText());
        Assert.That(error.GetProperty("message").GetString(), Does.Contain("dead signature"));
    }

    [Test]
    public async Task A_delegation_to_nobody_is_an_account_that_is_not_there([Values] EntryPointVersion version)
    {
        JsonObject operation = Operation(version);
        operation["eip7702Auth"] = new JsonObject
        {
            ["chainId"] = "0x539", ["address"] = Address.Zero.ToLowerHex(), ["nonce"] = "0x0", ["yParity"] = "0x0", ["r"] = "0x1", ["s"] = "0x1",
        };

        JsonElement error = (await _rig.Node.CallAsync(Estimate, operation, Target(version))).GetProperty("error");

        Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(-32500), error.GetRawText());
        Assert.That(error.GetProperty("message").GetString(), Is.EqualTo("AA20 account not deployed: eip7702Auth.address is zero, which takes the account's code away"));
    }

    private static IEnumerable<string> OwnAddresses(EntryPointVersion version) =>
        [Target(version), EstimationTask.EntryPointCodeAddress.ToLowerHex(), EstimationTask.HashKeeperAddress.ToLowerHex(), EstimationTask.Caller.ToLowerHex()];

    [Test]
    public async Task Code_that_the_estimation_puts_there_itself_cannot_be_overridden([Values] EntryPointVersion version, [Values("0x00", "0x60006000fd", "0x")] string code)
    {
        foreach (string address in OwnAddresses(version))
        {
            JsonObject overrides = new()
            {
                [_sender.ToLowerHex()] = new JsonObject { ["code"] = $"0x{Pays}{Accepts}" }, [address] = new JsonObject { ["code"] = code },
            };

            JsonElement error = (await _rig.Node.CallAsync(Estimate, Operation(version), Target(version), overrides)).GetProperty("error");

            Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(-32602), error.GetRawText());
            Assert.That(error.GetProperty("message").GetString(), Does.Contain($"the code of {Address.Parse(address)} cannot be overridden"));
        }
    }

    private Task<JsonElement> SponsoredAsync(EntryPointVersion version, ulong fee, UInt256 deposit, string paymasterCode, string callData = "0x")
    {
        JsonObject operation = Operation(version, fee);
        operation["callData"] = callData;
        if (version == EntryPointVersion.V06)
        {
            operation["paymasterAndData"] = _paymaster.ToLowerHex();
        }
        else
        {
            operation["paymaster"] = _paymaster.ToLowerHex();
            operation["paymasterData"] = "0x";
            operation["paymasterVerificationGasLimit"] = "0x0";
            operation["paymasterPostOpGasLimit"] = "0x0";
        }

        JsonObject overrides = new()
        {
            [_sender.ToLowerHex()] = new JsonObject { ["code"] = $"0x{Fails}", ["balance"] = "0x0" },
            [_paymaster.ToLowerHex()] = new JsonObject { ["code"] = $"0x{paymasterCode}" },
            [Target(version)] = Deposit(_paymaster, deposit),
        };
        return _rig.Node.CallAsync(Estimate, operation, Target(version), overrides);
    }

    private static string Target(EntryPointVersion version) => SimpleAccountWallet.EntryPointOf(version).Address.ToLowerHex();

    private static JsonObject Operation(EntryPointVersion version, ulong? fee = null)
    {
        JsonObject operation = new() { ["sender"] = _sender.ToLowerHex(), ["nonce"] = "0x0", ["callData"] = "0x", ["signature"] = "0x" };
        if (version == EntryPointVersion.V06)
        {
            operation["initCode"] = "0x";
            operation["paymasterAndData"] = "0x";
        }

        if (fee is { } wei)
        {
            operation["maxFeePerGas"] = Hex.EncodeQuantity(wei);
            operation["maxPriorityFeePerGas"] = Hex.EncodeQuantity(wei);
        }

        return operation;
    }

    /// <summary>The deposit is the low end of its slot in every version.</summary>
    private static JsonObject Deposit(Address account, UInt256 wei)
    {
        Bytes key = AbiEncoder.Encode([AbiType.Parse("address"), AbiType.Parse("uint256")], account, UInt256.Zero);
        Bytes value = AbiEncoder.Encode([AbiType.Parse("uint256")], wei);
        return new JsonObject { ["stateDiff"] = new JsonObject { [Keccak256.Hash(key).ToString()] = value.ToString() } };
    }

    /// <summary>Copies the revert data out of its own code.</summary>
    private static string Reverting(string reason)
    {
        Bytes data = AbiError.Message.Encode(reason);
        return $"0x60{data.Length:x2}600c60003960{data.Length:x2}6000fd{data.ToString()[2..]}";
    }
}
