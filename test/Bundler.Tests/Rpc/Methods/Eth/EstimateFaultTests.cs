using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Ethereum.JsonRpc;
using Bundler.Testing;

namespace Bundler.Tests.Rpc.Methods.Eth;

/// <summary>Whose fault an estimate tells: the node's where the node is in trouble, never where our simulation is.</summary>
internal sealed class EstimateFaultTests
{
    [TestCase(-32000, "out of gas", -32005)]
    [TestCase(-32603, "EVM error OutOfGas", -32005)]
    [TestCase(-32000, "invalid opcode: INVALID", -32005)]
    [TestCase(3, "execution reverted", -32603)]
    [TestCase(-32000, "header not found", -32000)]
    public async Task A_fault_of_the_simulation_is_not_told_as_the_nodes(int code, string message, int expected)
    {
        await using MethodWorld world = await MethodWorld.StartAsync();
        world.Node.On("eth_call", _ => throw new JsonRpcException(new JsonRpcError(code, message)));
        JsonNode operation = MethodWorld.Json(MethodWorld.Fresh);

        JsonElement answer = await world.CallAsync("eth_estimateUserOperationGas", operation, A.EntryPoint.Address.ToString());

        Assert.That(answer.GetProperty("error").GetProperty("code").GetInt32(), Is.EqualTo(expected), answer.ToString());
    }
}
