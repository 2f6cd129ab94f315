using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Rpc.Methods.Node;

/// <summary>Whoever offers what the node suggests is taken.</summary>
internal sealed class GetGasPriceTests
{
    [TestCase("bundler_getGasPrice", "slow")]
    [TestCase("bundler_getGasPrice", "fast")]
    [TestCase("pimlico_getUserOperationGasPrice", "slow")]
    [TestCase("pimlico_getUserOperationGasPrice", "standard")]
    [TestCase("rundler_getUserOperationGasPrice", "suggested")]
    [TestCase("skandha_getGasPrice", "")]
    public async Task What_is_suggested_is_taken(string method, string member)
    {
        await using MethodWorld world = await MethodWorld.StartAsync();
        JsonElement price = (await world.CallAsync(method)).GetProperty("result");
        JsonElement fees = member.Length == 0 ? price : price.GetProperty(member);
        UserOperation operation = MethodWorld.Fresh with
        {
            MaxFeePerGas = UInt256.ParseQuantity(fees.GetProperty("maxFeePerGas").GetString()!),
            MaxPriorityFeePerGas = UInt256.ParseQuantity(fees.GetProperty("maxPriorityFeePerGas").GetString()!),
        };

        JsonElement answer = await world.CallAsync("eth_sendUserOperation", MethodWorld.Json(operation), A.EntryPoint.Address.ToString());

        Assert.That(answer.TryGetProperty("result", out _), Is.True, answer.ToString());
    }
}
