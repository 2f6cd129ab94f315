using System.Text.Json;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>bundler_unsubscribe on the running node.</summary>
public sealed class UnsubscribeTests
{
    [Test]
    public async Task One_subscription_ends_and_the_others_go_on()
    {
        SimpleAccountWallet wallet = await MethodNodes.Living.WalletAsync();
        await using SocketRig socket = await SocketRig.ConnectAsync();
        string ended = (await socket.AskAsync("bundler_subscribe", "userOperations")).GetString()!;
        string going = (await socket.AskAsync("bundler_subscribe", "userOperations", new { sender = wallet.Address.ToString() })).GetString()!;

        Assert.That((await socket.AskAsync("bundler_unsubscribe", ended)).GetBoolean(), Is.True);
        Assert.That((await socket.AskAsync("bundler_unsubscribe", ended)).GetBoolean(), Is.False);

        await MethodNodes.Living.SendAsync(wallet);
        Assert.That((await socket.ReceiveAsync()).GetProperty("params").GetProperty("subscription").GetString(), Is.EqualTo(going));
    }
}
