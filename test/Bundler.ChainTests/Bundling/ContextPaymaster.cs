using System.Globalization;
using System.Text.Json;
using Bundler.ChainTests.Methods;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Bundling;

/// <summary>A staked paymaster of v0.6 by decree: it pays for everybody and returns a context of 32 bytes, so that its postOp is called.</summary>
internal static class ContextPaymaster
{
    /// <summary>As many rounds of 26 gas as its slot 0 says, and it does not do without one.</summary>
    public const string Working = "5f545b60019003806011" + "57";

    private const string Head = "5f3560e01c63f465c77e1461";

    /// <param name="rig">Where.</param>
    /// <param name="entryPoint">That of v0.6.</param>
    /// <param name="postOp">What its postOp does, in bytes; it begins at 0x0f.</param>
    public static async Task<Address> PlaceAsync(MethodRig rig, EntryPoint entryPoint, string postOp)
    {
        string body = postOp + "00";
        int validation = (Head.Length + body.Length) / 2 + 3;
        Address paymaster = await PlainAccount.PlaceAsync(
            rig.Anvil, Bytes.Parse("0x" + Head + validation.ToString("x4", CultureInfo.InvariantCulture) + "57" + body + "5b60405f52602060405260805ff3"));
        await rig.Anvil.RpcAsync("anvil_impersonateAccount", paymaster.ToLowerHex());
        JsonElement deposited = await TransactAsync(EntryPointCalls.DepositTo.EncodeCall(paymaster));
        JsonElement staked = await TransactAsync(EntryPointCalls.AddStake.EncodeCall((UInt256)86_400));
        foreach (JsonElement hash in (JsonElement[])[deposited, staked])
        {
            await Eventually.Async(
                async () => await rig.Eth.GetTransactionReceiptAsync(Hash32.Parse(hash.GetString()!), CancellationToken.None) is { Success: true },
                MethodRig.Deadline,
                "the paymaster's money is in the EntryPoint");
        }

        return paymaster;

        Task<JsonElement> TransactAsync(Bytes data) => rig.Anvil.RpcAsync(
            "eth_sendTransaction",
            new { from = paymaster.ToLowerHex(), to = entryPoint.Address.ToLowerHex(), data = data.ToString(), value = "0x8ac7230489e80000" });
    }

    /// <summary>What its postOp costs from now on, in gas.</summary>
    public static Task WorksAsync(MethodRig rig, Address paymaster, ulong gas)
    {
        const ulong Round = 26;
        return rig.Anvil.RpcAsync("anvil_setStorageAt", paymaster.ToLowerHex(), Hash32.Zero.ToString(), Hash32.From(1 + gas / Round).ToString());
    }
}
