using System.Text.Json;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>bundler_subscribe on the running node.</summary>
public sealed class SubscribeTests
{
    [Test]
    public async Task A_subscriber_hears_of_every_step_in_order()
    {
        SimpleAccountWallet wallet = await MethodNodes.Living.WalletAsync();
        await using SocketRig socket = await SocketRig.ConnectAsync();
        string id = (await socket.AskAsync("bundler_subscribe", "userOperations", new { sender = wallet.Address.ToString() })).GetString()!;

        string hash = await MethodNodes.Living.SendAsync(wallet);

        List<string> steps = [];
        while (steps.Count == 0 || steps[^1] != "included")
        {
            JsonElement note = (await socket.ReceiveAsync()).GetProperty("params");
            Assert.That((note.GetProperty("subscription").GetString(), note.GetProperty("result").GetProperty("userOpHash").GetString()), Is.EqualTo((id, hash)));
            steps.Add(note.GetProperty("result").GetProperty("status").GetString()!);
        }

        Assert.That(steps.Distinct(), Is.EqualTo(new[] { "pending", "bundled", "included" }));
    }

    [Test]
    public async Task Over_HTTP_there_is_nobody_to_tell() =>
        Assert.That(await MethodNodes.Living.RefusalAsync("bundler_subscribe", "userOperations"), Is.EqualTo(-32601));
}
