using System.Runtime.Versioning;
using System.Text.Json;
using Bundler.Contracts;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Commands;

/// <summary>S0-01, S0-04, S4-13: from a wish to a paymaster on the real EntryPoints, by what a Safe signs; and what the chain says afterwards.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PaymasterCommandTests
{
    private static readonly Address _somebody = DevAccounts.All[7].Address;

    private PaymasterStage _stage = null!;

    [OneTimeSetUp]
    public async Task BeginAsync() => _stage = await PaymasterStage.StartAsync();

    [OneTimeTearDown]
    public ValueTask EndAsync() => _stage.DisposeAsync();

    [TestCase(EntryPointVersion.V06)]
    [TestCase(EntryPointVersion.V07)]
    [TestCase(EntryPointVersion.V08)]
    [TestCase(EntryPointVersion.V09)]
    public async Task A_plan_that_is_executed_leaves_nothing_to_do_and_a_paymaster_that_is_fit(EntryPointVersion version)
    {
        (string wish, string node, Address paymaster) = await DeployAsync(version, $"plan-{version}");

        CommandAnswer again = await _stage.RunAsync("plan", "--wish", wish, "--json");
        CommandAnswer verified = await _stage.RunAsync("verify", "--wish", wish);
        CommandAnswer check = await _stage.RunAsync("self-check", "--json", "--config", node);
        CommandAnswer status = await _stage.RunAsync("status", "--json", "--config", node);

        Assert.That((again.ExitCode, again.Json.GetProperty("transactions").GetArrayLength()), Is.EqualTo((0, 0)), $"{again}");
        Assert.That((verified.ExitCode, verified.Output), Is.EqualTo((0, $"Paymaster {paymaster} on chain 1337 is as wished.{Environment.NewLine}")), $"{verified}");
        Assert.That(check.ExitCode, Is.Zero, $"{check}");
        Assert.That(check.Json[0].GetProperty("checks").GetArrayLength(), Is.EqualTo(3));
        Assert.That(status.ExitCode, Is.Zero, $"{status}");
        JsonElement roles = status.Json[0].GetProperty("roles");
        Assert.That(
            (roles.GetProperty("owner").GetString(), roles.GetProperty("signers")[0].GetString(), roles.GetProperty("ownerHasCode").GetBoolean()),
            Is.EqualTo((PaymasterStage.Safe.ToString(), PaymasterStage.Signer.Address.ToString(), true)));
        Assert.That(
            (status.Json[0].GetProperty("deposit").GetString(), status.Json[0].GetProperty("stake").GetString(), status.Json[0].GetProperty("unstakeDelaySec").GetInt32()),
            Is.EqualTo((PaymasterStage.OneCoin, PaymasterStage.OneCoin, 86_400)));
        Assert.That(status.Json[0].GetProperty("owedUnknown").GetString(), Does.Contain("no ledger"));
    }

    [TestCase(EntryPointVersion.V06)]
    [TestCase(EntryPointVersion.V09)]
    public async Task The_immutable_flavour_is_fit_without_a_stake(EntryPointVersion version)
    {
        (string wish, string node, _) = await DeployAsync(version, $"immutable-{version}", "immutable");

        Assert.That((await _stage.RunAsync("verify", "--wish", wish)).ExitCode, Is.Zero);
        CommandAnswer check = await _stage.RunAsync("self-check", "--config", node);
        Assert.That(check.ExitCode, Is.Zero, $"{check}");
        CommandAnswer rotation = await _stage.RunAsync("rotate-signer", "--paymaster", "mine", "--from", $"{PaymasterStage.Signer.Address}", "--to", $"{_somebody}", "--config", node);
        Assert.That((rotation.ExitCode, rotation.Errors), Is.EqualTo((1, $"- the immutable flavour has one signer for ever: deploy another contract and move the deposit.{Environment.NewLine}")));
    }

    [Test]
    public async Task Row_22_a_signer_is_changed_step_by_step()
    {
        (string wish, string node, Address paymaster) = await DeployAsync(EntryPointVersion.V07, "rotation");
        string[] rotate = ["rotate-signer", "--paymaster", $"{paymaster}", "--from", $"{PaymasterStage.Signer.Address}", "--to", $"{_somebody}", "--config", node, "--json", "--safe", _stage.PathOf("rotation.safe")];

        Assert.That(await PhaseAsync(rotate), Is.EqualTo("add"));
        await _stage.ExecuteAsync(_stage.PathOf("rotation.safe"));
        Assert.That(await PhaseAsync(rotate), Is.EqualTo("switch"));
        Assert.That(File.Exists(_stage.PathOf("rotation.safe")), Is.False, "nothing is to be sent");
        CommandAnswer both = await _stage.RunAsync("verify", "--wish", wish);
        Assert.That(both.ExitCode, Is.EqualTo(1), $"{both}");
        Assert.That(both.Output, Does.Contain($"{_somebody} -> none"));
        ulong now = (await _stage.Eth.GetBlockAsync(default, CancellationToken.None))!.Timestamp;
        Assert.That(await PhaseAsync([.. rotate, "--switched", $"{now - 60}"]), Is.EqualTo("wait"));
        Assert.That(await PhaseAsync([.. rotate, "--switched", $"{now - 700}"]), Is.EqualTo("remove"));
        await _stage.ExecuteAsync(_stage.PathOf("rotation.safe"));
        Assert.That(await PhaseAsync(rotate), Is.EqualTo("done"));

        CommandAnswer check = await _stage.RunAsync("self-check", "--config", node);
        Assert.That(check.ExitCode, Is.EqualTo(1), $"{check}");
        Assert.That(check.Output, Does.Contain($"{PaymasterStage.Signer.Address} is not a signer"));
    }

    [Test]
    public async Task Row_20_with_an_incident_the_stolen_key_goes_first()
    {
        (_, string node, Address paymaster) = await DeployAsync(EntryPointVersion.V08, "incident");
        string safe = _stage.PathOf("incident.safe");

        CommandAnswer answer = await _stage.RunAsync(
            "rotate-signer", "--paymaster", "mine", "--from", $"{PaymasterStage.Signer.Address}", "--to", $"{_somebody}", "--incident", "--config", node, "--json", "--safe", safe);

        JsonElement first = answer.Json.GetProperty("transactions")[0];
        Assert.That(first.GetProperty("transaction").GetProperty("data").GetString(), Is.EqualTo(Call("removeSigner", PaymasterStage.Signer.Address)), $"{answer}");
        await _stage.ExecuteAsync(safe);
        CommandAnswer status = await _stage.RunAsync("status", "--paymaster", $"{paymaster}", "--json");
        Assert.That(status.Json[0].GetProperty("roles").GetProperty("signers").EnumerateArray().Select(each => each.GetString()), Is.EqualTo(new[] { _somebody.ToString() }));
    }

    [Test]
    public async Task Row_19_what_is_owed_does_not_leave()
    {
        (_, string node, Address paymaster) = await DeployAsync(EntryPointVersion.V09, "withdrawal");
        string safe = _stage.PathOf("withdrawal.safe");
        string[] withdraw = ["withdraw-plan", "--paymaster", "mine", "--to", $"{_somebody}", "--config", node, "--safe", safe];

        CommandAnswer unknown = await _stage.RunAsync(withdraw);
        CommandAnswer tooMuch = await _stage.RunAsync([.. withdraw, "--owed", "400000000000000000", "--amount", "600000000000000001"]);
        CommandAnswer allowed = await _stage.RunAsync([.. withdraw, "--owed", "400000000000000000", "--json"]);

        Assert.That(unknown.ExitCode, Is.EqualTo(2), $"{unknown}");
        Assert.That(tooMuch.ExitCode, Is.EqualTo(1), $"{tooMuch}");
        Assert.That(tooMuch.Errors, Does.Contain("at most 600000000000000000 wei (0.6)"));
        Assert.That((allowed.ExitCode, allowed.Json.GetProperty("free").GetString()), Is.EqualTo((0, "600000000000000000")), $"{allowed}");
        await _stage.ExecuteAsync(safe);
        CommandAnswer status = await _stage.RunAsync("status", "--paymaster", $"{paymaster}", "--json");
        Assert.That(status.Json[0].GetProperty("deposit").GetString(), Is.EqualTo("400000000000000000"));
    }

    [Test]
    public async Task What_is_changed_behind_the_wish_is_named_and_planned_back()
    {
        (string wish, string node, Address paymaster) = await DeployAsync(EntryPointVersion.V07, "changed");
        string safe = _stage.PathOf("changed.safe");
        await _stage.SendAsync($"{paymaster}", Call("setMaxCost", (UInt256)5), 0);
        await _stage.SendAsync($"{paymaster}", Call("unlockStake"), 0);
        await _stage.SendAsync($"{paymaster}", Call("pause"), 0);

        CommandAnswer verified = await _stage.RunAsync("verify", "--wish", wish, "--json");
        CommandAnswer check = await _stage.RunAsync("self-check", "--config", node);
        CommandAnswer plan = await _stage.RunAsync("plan", "--wish", wish, "--safe", safe);

        Assert.That(verified.ExitCode, Is.EqualTo(1));
        Assert.That(verified.Json.GetProperty("differences").EnumerateArray().Select(each => each.GetProperty("what").GetString()), Is.EqualTo(new[] { "ceiling of an operation", "stake", "paused" }));
        Assert.That(check.ExitCode, Is.EqualTo(1), $"{check}");
        Assert.That(check.Output, Does.Contain("is paused"));
        Assert.That(plan.ExitCode, Is.Zero, $"{plan}");
        await _stage.ExecuteAsync(safe);
        await _stage.SendAsync($"{paymaster}", Call("unpause"), 0);
        Assert.That((await _stage.RunAsync("verify", "--wish", wish)).ExitCode, Is.Zero);
        Assert.That((await _stage.RunAsync("self-check", "--config", node)).ExitCode, Is.Zero);
    }

    [Test]
    public async Task STO_031_a_set_without_a_stake_is_not_fit_and_a_node_says_so_at_its_start()
    {
        (_, string node, Address paymaster) = await DeployAsync(EntryPointVersion.V07, "unstaked");
        await _stage.SendAsync($"{paymaster}", Call("unlockStake"), 0);

        CommandAnswer check = await _stage.RunAsync("self-check", "--config", node);

        Assert.That(check.ExitCode, Is.EqualTo(1), $"{check}");
        Assert.That(check.Output, Does.Contain("STO-031").And.Contain("stake"));
        await using NodeProcess started = await NodeProcess.StartAsync(_stage.ChainUrl, "--config", node);
        await Eventually.Async(() => started.Output.Contains("Operations of paymaster mine will be refused: STO-031", StringComparison.Ordinal), Eventually.Patience, "it is told");
    }

    [Test]
    public async Task What_cannot_be_looked_at_is_told_apart_from_what_is_wrong()
    {
        Assert.That((await _stage.RunAsync("plan", "--wish", _stage.PathOf("missing.wish"))).ExitCode, Is.EqualTo(2));
        Assert.That((await _stage.RunAsync("status")).ExitCode, Is.EqualTo(2), "no paymaster is configured");
        Assert.That((await _stage.RunAsync("status", "--paymaster", $"{_somebody}")).ExitCode, Is.EqualTo(2), "no contract");
        Assert.That((await _stage.RunAsync("status", "--paymaster", "nobody")).ExitCode, Is.EqualTo(2));
        Assert.That((await _stage.RunAsync("sttus")).ExitCode, Is.EqualTo(2));
        Assert.That((await NodeProcess.RunAsync(["paymaster", "status", "--paymaster", "nobody", "--rpc-url", $"{_stage.ChainUrl}"])).ExitCode, Is.EqualTo(2), "the program itself");
    }

    /// <summary>By plan and Safe.</summary>
    private async Task<(string Wish, string Node, Address Paymaster)> DeployAsync(EntryPointVersion version, string name, string flavour = "set")
    {
        string wish = _stage.Wish(version, name, flavour);
        string safe = _stage.PathOf($"{name}.safe");
        CommandAnswer plan = await _stage.RunAsync("plan", "--wish", wish, "--json", "--safe", safe);
        Assert.That(plan.ExitCode, Is.Zero, $"{plan}");
        Assert.That((await _stage.RunAsync("verify", "--wish", wish)).ExitCode, Is.EqualTo(1), "before it is there");
        await _stage.ExecuteAsync(safe);
        Address paymaster = Address.Parse(plan.Json.GetProperty("address").GetString()!);
        return (wish, _stage.Node(version, name, paymaster), paymaster);
    }

    private async Task<string?> PhaseAsync(string[] arguments)
    {
        CommandAnswer answer = await _stage.RunAsync(arguments);
        Assert.That(answer.ExitCode, Is.Zero, $"{answer}");
        return answer.Json.GetProperty("phase").GetString();
    }

    private static string Call(string function, params object[] arguments) => ContractArtifact.NodeVerifyingPaymasterV07.Abi.Function(function).EncodeCall(arguments).ToString();
}
