using System.Text.Json;
using Bundler.ChainTests.Methods;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Bundling;

/// <summary>The least that an account or a paymaster can be, placed by decree: pays what the EntryPoint asks for and agrees to everything.</summary>
internal static class PlainAccount
{
    /// <summary>Sends missingAccountFunds to its caller and returns 0.</summary>
    public static Bytes Code { get; } = Bytes.Parse("0x6000600060006000604435335af1" + "60206000f3");

    /// <summary>Returns no context and 0.</summary>
    private static readonly Bytes _paymasterCode = Bytes.Parse("0x604060005260606000f3");

    private static int _places;

    /// <summary>An account with money, of its own.</summary>
    public static async Task<Address> PlaceAsync(AnvilProcess anvil, Bytes? code = null)
    {
        Address place = A.AddressOf(0x5_0000 + Interlocked.Increment(ref _places));
        await anvil.RpcAsync("anvil_setCode", place.ToLowerHex(), (code ?? Code).ToString());
        await anvil.RpcAsync("anvil_setBalance", place.ToLowerHex(), "0x56bc75e2d63100000");
        return place;
    }

    /// <summary>An operation of a new account that calls it with two bytes.</summary>
    public static async Task<UserOperation> OperationAsync(MethodRig rig, ulong callGasLimit) => new()
    {
        Sender = await PlaceAsync(rig.Anvil),
        Nonce = 0,
        CallData = Bytes.Parse("0x1234"),
        CallGasLimit = callGasLimit,
        VerificationGasLimit = 100_000,
        PreVerificationGas = 100_000,
        MaxFeePerGas = 5_000_000_000,
        MaxPriorityFeePerGas = 2_000_000_000,
    };

    /// <summary>A paymaster with 10 ether of deposit.</summary>
    public static async Task<Address> PaymasterAsync(MethodRig rig, EntryPoint entryPoint)
    {
        Address paymaster = await PlaceAsync(rig.Anvil, _paymasterCode);
        JsonElement hash = await rig.Anvil.RpcAsync("eth_sendTransaction", new
        {
            from = DevAccounts.All[0].Address.ToLowerHex(),
            to = entryPoint.Address.ToLowerHex(),
            data = EntryPointCalls.DepositTo.EncodeCall(paymaster).ToString(),
            value = "0x8ac7230489e80000",
        });
        await Eventually.Async(
            async () => await rig.Eth.GetTransactionReceiptAsync(Hash32.Parse(hash.GetString()!), CancellationToken.None) is { Success: true },
            MethodRig.Deadline,
            "the paymaster's deposit is mined");
        return paymaster;
    }
}
