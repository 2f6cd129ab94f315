using System.Text.Json;
using Bundler.ChainTests.Inclusion;
using Bundler.ChainTests.Spec;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Validation;

/// <summary>Which tracer the running node validates by, and what it does without any.</summary>
public sealed class TracerOfTheNodeTests
{
    private const string TraceCall = "debug_traceCall";
    private const byte Timestamp = 0x42;

    [Test]
    public async Task The_tracer_is_asked_for_once()
    {
        await using InclusionRig rig = await InclusionRig.StartAsync(withNode: false);
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(rig.Anvil.Url);
        await rig.StartNodeAsync(proxy.Url, "--bundling", "manual");
        int asked = proxy.CountOf(TraceCall);
        SimpleAccountWallet wallet = await rig.WalletAsync();

        await rig.SendAsync(wallet, wallet.Signed());

        Assert.That((asked, proxy.CountOf(TraceCall)), Is.EqualTo((2, 3)), "for the native tracer, for JavaScript; the operation's trace");
        Assert.That(await DetailAsync(rig), Is.EqualTo("by javascript"));
    }

    [Test]
    public async Task Without_a_tracer_the_node_does_not_start_unless_it_is_told_to_be_unsafe()
    {
        await using InclusionRig rig = await InclusionRig.StartAsync(withNode: false);
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(rig.Anvil.Url);
        proxy.Fail(new ProxyFault.Refuse(), TraceCall);

        Assert.That(
            () => rig.StartNodeAsync(proxy.Url), Throws.InvalidOperationException.With.Message.Contains("set Bundler:Validation:Unsafe to run without the rules"));
    }

    [Test]
    public async Task An_unsafe_node_says_so_everywhere_and_judges_by_static_checks_and_eth_call()
    {
        await using InclusionRig rig = await InclusionRig.StartAsync(withNode: false);
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(rig.Anvil.Url);
        proxy.Fail(new ProxyFault.Refuse(), TraceCall);
        await rig.StartNodeAsync(proxy.Url, "--Bundler:Validation:Unsafe=true");

        Assert.That((await rig.Node.RpcAsync("web3_clientVersion")).GetString(), Does.EndWith("(none (unsafe))"));
        Assert.That(await DetailAsync(rig), Does.StartWith("UNSAFE"));
        Assert.That(rig.Node.Output, Does.Contain("UNSAFE: the Ethereum node has no tracer"));
        foreach (EntryPointVersion version in Enum.GetValues<EntryPointVersion>())
        {
            SimpleAccountWallet wallet = await rig.WalletAsync(version);
            UserOperation good = InclusionRig.Operation(wallet);
            UserOperation tooLittle = wallet.Sign(good with { PreVerificationGas = 1 });

            Assert.That(await RefusalAsync(rig, wallet.EntryPoint, good with { CallGasLimit = good.CallGasLimit + 1 }), Is.EqualTo(-32507), "by eth_call");
            Assert.That(await RefusalAsync(rig, wallet.EntryPoint, tooLittle), Is.EqualTo(-32602), "by a static check");
            await rig.ReceiptAsync(await rig.SendAsync(wallet, good));
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task OP_011_only_an_unsafe_node_takes_an_account_that_looks_at_the_clock(bool isUnsafe)
    {
        await using InclusionRig rig = await InclusionRig.StartAsync(withNode: false);
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(rig.Anvil.Url);
        if (isUnsafe)
        {
            proxy.Fail(new ProxyFault.Refuse(), TraceCall);
        }

        await rig.StartNodeAsync(proxy.Url, $"--Bundler:Validation:Unsafe={isUnsafe}");
        EntryPoint entryPoint = SimpleAccountWallet.EntryPointOf(EntryPointVersion.V07);
        UserOperation operation = A.UserOperation() with
        {
            Sender = A.AddressOf(0x7562),
            CallData = Bytes.Empty,
            VerificationGasLimit = 200_000,
            PreVerificationGas = 80_000,
            MaxFeePerGas = 5_000_000_000,
            MaxPriorityFeePerGas = 5_000_000_000,
            Signature = Act.Encode(Act.Opcode(Timestamp)),
        };
        await rig.Anvil.RpcAsync("anvil_setCode", operation.Sender.ToLowerHex(), SpecStage.TestArtifact("RuleAccount").DeployedBytecode.ToString());
        await rig.Anvil.RpcAsync("anvil_setBalance", operation.Sender.ToLowerHex(), "0xde0b6b3a7640000");

        JsonElement answer = await rig.Node.OfferAsync(entryPoint, operation);

        Assert.That(answer.TryGetProperty("result", out _), Is.EqualTo(isUnsafe), answer.ToString());
        if (!isUnsafe)
        {
            JsonElement error = answer.GetProperty("error");
            Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(-32502));
            Assert.That(error.GetProperty("message").GetString(), Is.EqualTo("account uses banned opcode: TIMESTAMP"));
        }
    }

    private static async Task<string?> DetailAsync(InclusionRig rig) =>
        (await rig.Node.ReadinessAsync()).Body.GetProperty("checks").GetProperty("validation").GetProperty("detail").GetString();

    private static async Task<int> RefusalAsync(InclusionRig rig, EntryPoint entryPoint, UserOperation operation) =>
        (await rig.Node.OfferAsync(entryPoint, operation)).GetProperty("error").GetProperty("code").GetInt32();
}
