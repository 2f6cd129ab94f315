using System.Text.Json;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Rpc.Methods.Node;

/// <summary>What the golden files cannot show: how an operation moves from one state to the next.</summary>
internal sealed class GetUserOperationStatusTests
{
    [Test]
    public async Task A_bundle_that_was_given_up_leaves_its_operation_pending_again()
    {
        await using MethodWorld world = await MethodWorld.StartAsync();
        Hash32 bundled = MethodWorld.HashOf(MethodWorld.Bundled);

        world.Pool.Release([bundled]);

        JsonElement status = (await world.CallAsync("bundler_getUserOperationStatus", bundled.ToString())).GetProperty("result");
        Assert.That(status.GetProperty("status").GetString(), Is.EqualTo("pending"));
        Assert.That(status.GetProperty("transactionHash").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task An_operation_is_included_when_its_block_is_indexed_though_it_waits_in_the_mempool()
    {
        await using MethodWorld world = await MethodWorld.StartAsync();
        Hash32 pending = MethodWorld.HashOf(MethodWorld.Pending);

        await world.IncludeAsync(pending);

        JsonElement status = (await world.CallAsync("bundler_getUserOperationStatus", pending.ToString())).GetProperty("result");
        Assert.That((status.GetProperty("status").GetString(), status.GetProperty("blockNumber").GetString()), Is.EqualTo(("included", "0x64")));
    }

    [Test]
    public async Task A_replaced_operation_names_its_successor()
    {
        await using MethodWorld world = await MethodWorld.StartAsync();
        Hash32 before = MethodWorld.HashOf(MethodWorld.Pending);
        MempoolEntry successor = A.Entry(MethodWorld.Pending with { MaxFeePerGas = 4_000_000_000, MaxPriorityFeePerGas = 3_000_000_000 }, sequence: 99);
        await world.Pool.AddAsync(successor, _ => null, CancellationToken.None);

        JsonElement status = (await world.CallAsync("bundler_getUserOperationStatus", before.ToString())).GetProperty("result");

        Assert.That(status.GetProperty("status").GetString(), Is.EqualTo("replaced"));
        Assert.That(status.GetProperty("reason").GetString(), Does.Contain(successor.UserOpHash.ToString()));
    }
}
