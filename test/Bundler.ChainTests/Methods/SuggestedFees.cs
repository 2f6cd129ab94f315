using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>What every method that suggests fees has to keep: an operation that offers them comes into a block.</summary>
internal static class SuggestedFees
{
    /// <param name="fees">maxFeePerGas and maxPriorityFeePerGas, as the method gave them.</param>
    public static async Task AreEnoughAsync(JsonElement fees)
    {
        SimpleAccountWallet wallet = await MethodNodes.Living.WalletAsync();
        UserOperation operation = wallet.Sign(wallet.Operation() with
        {
            MaxFeePerGas = MethodRig.Quantity(fees, "maxFeePerGas"),
            MaxPriorityFeePerGas = MethodRig.Quantity(fees, "maxPriorityFeePerGas"),
        });

        await MethodNodes.Living.StatusAsync(await MethodNodes.Living.SendAsync(wallet, operation), "included", "final");
    }
}
