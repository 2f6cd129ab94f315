using System.Text.Json;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>pimlico_sendUserOperationNow on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class PimlicoSendNowTests
{
    [Test]
    public async Task It_answers_the_receipt()
    {
        SimpleAccountWallet wallet = await MethodNodes.Living.WalletAsync();

        JsonElement receipt = await MethodNodes.Living.AskAsync("pimlico_sendUserOperationNow", MethodRig.Call(wallet, wallet.Signed()));

        Assert.That(receipt.GetProperty("success").GetBoolean(), Is.True);
        string hash = receipt.GetProperty("userOpHash").GetString()!;
        Assert.That((await MethodNodes.Living.ReceiptAsync(hash)).GetRawText(), Is.EqualTo(receipt.GetRawText()));
    }

    [Test]
    public async Task It_tells_where_to_ask_when_no_block_includes_the_operation_in_time()
    {
        SimpleAccountWallet wallet = await MethodNodes.Commanded.WalletAsync();

        JsonElement answer = await MethodNodes.Commanded.Node.CallAsync(
            "pimlico_sendUserOperationNow", [.. MethodRig.Call(wallet, wallet.Signed()), new { timeoutSeconds = 1 }]);

        JsonElement error = answer.GetProperty("error");
        Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(-32002));
        await MethodNodes.Commanded.StatusAsync(error.GetProperty("data").GetProperty("userOpHash").GetString()!, "pending");
    }
}
