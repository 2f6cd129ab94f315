using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Rpc.Methods.Rundler;

/// <summary>Who may withdraw what, and when.</summary>
internal sealed class RundlerDropOperationTests
{
    [Test]
    public async Task A_withdrawn_operation_is_dropped_with_its_reason_and_so_is_what_waited_behind_it()
    {
        await using MethodWorld world = await MethodWorld.StartAsync();
        world.Pool.Release([MethodWorld.HashOf(MethodWorld.Bundled)]);

        JsonElement answer = await DropAsync(world, MethodWorld.Proof);

        string hash = MethodWorld.HashOf(MethodWorld.Pending).ToString();
        Assert.That(answer.GetProperty("result").GetString(), Is.EqualTo(hash));
        Assert.That(world.Pool.Count, Is.Zero);
        JsonElement status = (await world.CallAsync("bundler_getUserOperationStatus", hash)).GetProperty("result");
        Assert.That((status.GetProperty("status").GetString(), status.GetProperty("reason").GetString()), Is.EqualTo(("dropped", "withdrawn by its sender")));
    }

    [Test]
    public async Task An_account_that_does_not_accept_the_signature_keeps_its_operation()
    {
        await using MethodWorld world = await MethodWorld.StartAsync();
        world.Traces.Revert = EntryPointErrors.FailedOp.Encode(UInt256.Zero, "AA24 signature error");

        JsonElement answer = await DropAsync(world, MethodWorld.Proof);

        Assert.That(answer.GetProperty("error").GetProperty("code").GetInt32(), Is.EqualTo(-32507), answer.ToString());
        Assert.That(world.Pool.Count, Is.EqualTo(2));
    }

    [Test]
    public async Task An_operation_that_came_only_just_now_stays()
    {
        await using MethodWorld world = await MethodWorld.StartAsync(("Bundler:Admission:MinWithdrawalAgeSeconds", "5"));

        JsonElement early = await DropAsync(world, MethodWorld.Proof);
        world.Clock.Advance(TimeSpan.FromSeconds(5));
        JsonElement late = await DropAsync(world, MethodWorld.Proof);

        Assert.That(early.GetProperty("error").GetProperty("message").GetString(), Does.Contain("can be withdrawn in 5 s"));
        Assert.That(late.GetProperty("result").ValueKind, Is.EqualTo(JsonValueKind.String));
    }

    [Test]
    public async Task An_operation_that_a_bundle_takes_meanwhile_stays_there()
    {
        await using MethodWorld world = await MethodWorld.StartAsync();
        Hash32 pending = MethodWorld.HashOf(MethodWorld.Pending);
        world.Traces.InAccount = frame =>
        {
            world.Pool.Take([pending]);
            return frame;
        };

        JsonElement answer = await DropAsync(world, MethodWorld.Proof);

        Assert.That(answer.GetProperty("error").GetProperty("message").GetString(), Does.Contain("is in a bundle already"));
        Assert.That(world.Pool.TryGet(pending, out MempoolEntry? entry) && entry.State == EntryState.Bundled, Is.True);
    }

    [Test]
    public async Task An_operation_that_the_store_cannot_let_go_can_be_bundled_again()
    {
        await using MethodWorld world = await MethodWorld.StartAsync();
        world.Store.Fault = new Bundler.Engine.StoreUnavailableException("the disk is full", new IOException());

        JsonElement answer = await DropAsync(world, MethodWorld.Proof);

        Assert.That(answer.GetProperty("error").GetProperty("code").GetInt32(), Is.EqualTo(-32000));
        Assert.That(world.Pool.TryGet(MethodWorld.HashOf(MethodWorld.Pending), out MempoolEntry? entry) && entry.State == EntryState.Pending, Is.True);
    }

    [Test]
    public async Task The_proof_names_the_same_factory()
    {
        await using MethodWorld world = await MethodWorld.StartAsync();

        JsonElement answer = await DropAsync(world, MethodWorld.Proof with { Factory = A.Factory, FactoryData = Bytes.Parse("0x12") });

        Assert.That(answer.GetProperty("error").GetProperty("data").GetProperty("field").GetString(), Is.EqualTo("factory"));
    }

    private static Task<JsonElement> DropAsync(MethodWorld world, UserOperation proof) =>
        world.CallAsync("rundler_dropLocalUserOperation", MethodWorld.Json(proof), JsonValue.Create(A.EntryPoint.Address.ToString()));
}
