using System.Text.Json;
using Bundler.ChainTests.Methods;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Bundling;

/// <summary>
/// LIM-070 and the measured profit are one truth: exactly the preVerificationGas that the node asks for pays for a bundle of one at the market's tip,
/// and one less is refused.
/// </summary>
public sealed class PayingForOneselfTests
{
    /// <summary>By so much may two offers differ in what they cost as call data.</summary>
    private const ulong Nearby = 60;

    private static readonly string[] _shapes =
        ["nothing", "second nonce", "words", "zeros", "many words", "limit", "execution", "executeUserOp", "sponsored", "postOp limit", "first of a wallet", "second of a wallet"];

    [Test]
    public async Task LIM_070_what_the_node_asks_for_pays_for_a_bundle_of_one([Values] EntryPointVersion version, [Values] bool hasOwnBeneficiary)
    {
        string[] arguments = hasOwnBeneficiary ? [$"--Bundler:Bundling:Beneficiary={DevAccounts.All[7].Address}"] : [];
        await using MethodRig rig = await MethodRig.StartAsync(new AnvilOptions(), ["--bundling", "manual", .. arguments]);
        Shapes shapes = new(rig, SimpleAccountWallet.EntryPointOf(version));
        List<string> faults = [];
        foreach (string shape in _shapes)
        {
            (UserOperation operation, SimpleAccountWallet? wallet) = await shapes.OfAsync(shape);
            faults.AddRange(await FaultsAsync(rig, shape, shapes.EntryPoint, operation, wallet));
        }

        Assert.That(faults, Is.Empty);
    }

    private static async Task<List<string>> FaultsAsync(MethodRig rig, string shape, EntryPoint entryPoint, UserOperation operation, SimpleAccountWallet? wallet)
    {
        JsonElement market = (await rig.AskAsync("pimlico_getUserOperationGasPrice")).GetProperty("slow");
        operation = Signed(operation with
        {
            MaxPriorityFeePerGas = MethodRig.Quantity(market, "maxPriorityFeePerGas"),
            MaxFeePerGas = MethodRig.Quantity(market, "maxFeePerGas"),
        });

        // preVerificationGas is part of the call data that it pays for: the least that is not less than what is asked for it.
        UInt256 least = await RequiredAsync(await RequiredAsync(1_000_000)) - Nearby;
        while (await RequiredAsync(least) is var required && required > least)
        {
            least = UInt256.Max(least + 1, required - Nearby);
        }

        operation = Offering(least);
        List<string> faults = [];
        JsonElement refused = await rig.Node.OfferAsync(entryPoint, Offering(least - 1));
        if (!refused.TryGetProperty("error", out JsonElement error) || !error.GetRawText().Contains("LIM-070", StringComparison.Ordinal))
        {
            faults.Add($"{shape}: one less is answered {refused.GetRawText()}");
        }

        JsonElement taken = await rig.Node.OfferAsync(entryPoint, operation);
        if (!taken.TryGetProperty("result", out JsonElement hash))
        {
            return [.. faults, $"{shape}: {taken.GetRawText()}"];
        }

        await rig.BundleAsync();
        JsonElement status = await rig.AskAsync("bundler_getUserOperationStatus", hash.GetString());
        if (status.GetProperty("status").GetString() != "included")
        {
            faults.Add($"{shape}: {status.GetRawText()}");
        }

        return faults;

        async Task<UInt256> RequiredAsync(UInt256 offered) => MethodRig.Quantity(
            await rig.AskAsync("bundler_explainPreVerificationGas", OperationWire.Of(entryPoint, Offering(offered)), entryPoint.Address.ToString()), "required");

        UserOperation Offering(UInt256 gas) => Signed(operation with { PreVerificationGas = gas });

        UserOperation Signed(UserOperation unsigned) => wallet?.Sign(unsigned) ?? unsigned;
    }

    /// <summary>Operations that differ in what the EntryPoint does for them.</summary>
    private sealed class Shapes(MethodRig rig, EntryPoint entryPoint)
    {
        private UserOperation? _first;
        private SimpleAccountWallet? _wallet;
        private Address? _paymaster;

        public EntryPoint EntryPoint => entryPoint;

        public async Task<(UserOperation Operation, SimpleAccountWallet? Wallet)> OfAsync(string shape) => shape switch
        {
            "nothing" => (_first = await PlainAsync(Bytes.Empty), null),
            "second nonce" => (_first! with { Nonce = 1 }, null),
            "words" => (await PlainAsync(Filled(100, 1)), null),
            "zeros" => (await PlainAsync(Filled(1_000, 0)), null),
            "many words" => (await PlainAsync(Filled(5_000, 0)), null),
            "limit" => (await PlainAsync(Bytes.Parse("0x1234"), 2_000_000), null),
            "execution" => (await PlainAsync(Bytes.Parse("0x1234"), 30_000), null),
            "executeUserOp" => (await PlainAsync(Bytes.Concat(Bytes.Parse("0x8dd7712f"), Filled(1_000, 0))), null),
            "sponsored" => (await SponsoredAsync(0), null),
            "postOp limit" => (await SponsoredAsync(entryPoint.Version == EntryPointVersion.V06 ? 0u : 400_000u), null),
            "first of a wallet" => ((_wallet = await rig.WalletAsync(entryPoint.Version)).Operation(), _wallet),
            _ => (_wallet!.Operation(deployed: true, nonce: 1), _wallet),
        };

        private async Task<UserOperation> PlainAsync(Bytes callData, ulong callGasLimit = 0) =>
            await PlainAccount.OperationAsync(rig, callGasLimit) with { CallData = callData, VerificationGasLimit = 80_000 };

        private async Task<UserOperation> SponsoredAsync(UInt256 postOpGasLimit) => await PlainAsync(Bytes.Parse("0x1234")) with
        {
            Paymaster = _paymaster ??= await PlainAccount.PaymasterAsync(rig, entryPoint),
            PaymasterVerificationGasLimit = entryPoint.HasPaymasterGasLimits ? 60_000 : UInt256.Zero,
            PaymasterPostOpGasLimit = postOpGasLimit,
        };

        private static Bytes Filled(int length, byte value) => Bytes.Own([.. Enumerable.Repeat(value, length)]);
    }
}
