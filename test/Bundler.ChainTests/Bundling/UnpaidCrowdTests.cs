using System.Text.Json;
using Bundler.ChainTests.Methods;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Bundling;

/// <summary>Operations with much call data that do not pay for it (EIP-7623), though their tips are the highest.</summary>
public sealed class UnpaidCrowdTests
{
    private const int Crowd = 420;
    private static readonly TimeSpan _undelayed = TimeSpan.FromSeconds(15);
    private static readonly EntryPoint _entryPoint = SimpleAccountWallet.EntryPointOf(EntryPointVersion.V06);
    private static readonly Bytes _large = Bytes.Own([.. Enumerable.Repeat((byte)1, 7_000)]);

    [Test]
    public async Task LIM_070_of_v06_a_limit_pays_for_no_call_data()
    {
        await using MethodRig rig = await MethodRig.StartAsync(new AnvilOptions(), "--bundling", "manual");
        UserOperation operation = await PlainAccount.OperationAsync(rig, 5_000_000) with { CallData = _large, PreVerificationGas = 154_791 };

        JsonElement answer = await rig.Node.OfferAsync(_entryPoint, operation);

        Assert.That(answer.GetProperty("error").GetProperty("message").GetString(), Does.Contain("preVerificationGas: must be at least 2"));
    }

    [Test]
    public async Task Hundreds_that_do_not_pay_delay_nobody_and_end_with_a_reason()
    {
        // An operator who takes a tenth of what is needed, in the hope of company that pays.
        await using MethodRig rig = await MethodRig.StartAsync(
            new AnvilOptions { BlockTimeSeconds = 0.5 },
            "--Bundler:Gas:AcceptPreVerificationGasPercent=10", "--Bundler:Pool:MaxWaitSeconds=30", "--debug-api");
        await rig.AskAsync("debug_bundler_setBundlingMode", "manual");
        JsonElement market = (await rig.AskAsync("pimlico_getUserOperationGasPrice")).GetProperty("slow");
        UInt256 tip = MethodRig.Quantity(market, "maxPriorityFeePerGas");
        string[] unpaid = await Pace.Async([.. Enumerable.Range(0, Crowd)], async _ =>
            await rig.Node.SendAsync(_entryPoint, await OperationAsync(5_000_000, tip * 11 / 10) with { CallData = _large, PreVerificationGas = 30_000 }));
        await rig.AskAsync("debug_bundler_setBundlingMode", "auto");

        // They pay for themselves and have nothing left for others.
        List<string> honest = [];
        for (int i = 0; i < 10; i++)
        {
            honest.Add(await rig.Node.SendAsync(_entryPoint, await OperationAsync(50_000, tip) with { PreVerificationGas = 45_000 }));
        }

        await Eventually.Async(
            async () => (await Task.WhenAll(honest.Select(rig.ReceiptAsync))).All(receipt => receipt.ValueKind == JsonValueKind.Object),
            _undelayed,
            "the honest ones are included");
        string[] states = await Task.WhenAll(unpaid.Select(async hash => (await rig.StatusAsync(hash, "pending", "dropped", "included")).GetProperty("status").GetString()!));
        Assert.That(states, Is.All.Not.EqualTo("included"));
        foreach (string hash in (string[])[unpaid[0], unpaid[^1]])
        {
            Assert.That((await rig.StatusAsync(hash, "dropped")).GetProperty("reason").GetString(), Does.StartWith("it could not go for 30 s: "));
        }

        async Task<UserOperation> OperationAsync(ulong callGasLimit, UInt256 tip) => await PlainAccount.OperationAsync(rig, callGasLimit) with
        {
            VerificationGasLimit = 80_000,
            MaxPriorityFeePerGas = tip,
            MaxFeePerGas = MethodRig.Quantity(market, "maxFeePerGas") + tip,
        };
    }
}
