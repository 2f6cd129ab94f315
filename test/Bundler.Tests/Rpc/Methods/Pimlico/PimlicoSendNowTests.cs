using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Rpc.Methods.Pimlico;

/// <summary>What happens to those who wait.</summary>
internal sealed class PimlicoSendNowTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    [Test]
    public async Task Without_a_block_in_time_the_caller_gets_the_hash_and_the_operation_stays()
    {
        await using MethodWorld world = await MethodWorld.StartAsync();
        Task<JsonElement> waiting = SendAsync(world, 3);
        await WaitsAsync(world);

        world.Clock.Advance(TimeSpan.FromSeconds(3));

        JsonElement error = (await waiting.WaitAsync(_patience)).GetProperty("error");
        Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(-32002));
        Assert.That(error.GetProperty("data").GetProperty("userOpHash").GetString(), Is.EqualTo(MethodWorld.HashOf(MethodWorld.Fresh).ToString()));
        Assert.That(world.Pool.Count, Is.EqualTo(3));
    }

    [Test]
    public async Task The_longest_wait_ends_before_the_deadline_of_every_call()
    {
        await using MethodWorld world = await MethodWorld.StartAsync();
        Task<JsonElement> waiting = SendAsync(world, 1_000_000);
        await WaitsAsync(world);

        world.Clock.Advance(TimeSpan.FromSeconds(29.6));

        Assert.That((await waiting.WaitAsync(_patience)).GetProperty("error").TryGetProperty("data", out _), Is.True);
    }

    [Test]
    public async Task A_dropped_operation_ends_the_wait_with_the_reason()
    {
        await using MethodWorld world = await MethodWorld.StartAsync();
        Task<JsonElement> waiting = SendAsync(world, 20);
        await WaitsAsync(world);

        await world.Pool.RemoveAsync([MethodWorld.HashOf(MethodWorld.Fresh)], OperationState.Dropped, _ => "it failed", null, CancellationToken.None);

        JsonElement error = (await waiting.WaitAsync(_patience)).GetProperty("error");
        Assert.That((error.GetProperty("code").GetInt32(), error.GetProperty("message").GetString()), Is.EqualTo((-32500, "dropped before a block included it: it failed")));
    }

    private static Task<JsonElement> SendAsync(MethodWorld world, int timeoutSeconds) => world.CallAsync(
        "pimlico_sendUserOperationNow", MethodWorld.Json(MethodWorld.Fresh), A.EntryPoint.Address.ToString(), new JsonObject { ["timeoutSeconds"] = timeoutSeconds });

    private static Task WaitsAsync(MethodWorld world)
    {
        Hash32 fresh = MethodWorld.HashOf(MethodWorld.Fresh);
        return Eventually.Async(
            () => world.Pool.TryGet(fresh, out MempoolEntry? entry) && entry.State == EntryState.Pending, _patience, "the operation is in the mempool");
    }
}
