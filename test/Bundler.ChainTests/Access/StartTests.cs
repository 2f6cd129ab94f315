using System.Text.Json;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Access;

/// <summary>The node starts although URLs are wrong or down, and does not when it cannot know which is right.</summary>
public sealed class StartTests
{
    [Test]
    public async Task A_node_starts_on_the_chain_of_most_urls_although_the_first_is_on_another_and_asks_that_one_nothing()
    {
        await using AccessRig rig = await AccessRig.StartAsync(1, urls => urls["main"].Http.Fail(new ProxyFault.Lie((_, _) => "0x1"), "eth_chainId"));

        JsonElement told = await rig.StateAsync("main", "wrongChain");

        Assert.That(told.GetProperty("why").GetString(), Is.EqualTo("is on chain 1 instead of 1337"));
        SimpleAccountWallet wallet = await rig.WalletAsync();
        (Hash32 hash, TimeSpan _) = await rig.SendAsync(wallet, wallet.Signed());
        await rig.MinedAsync(hash);
        Assert.That(new[] { "eth_call", "debug_traceCall", "eth_sendRawTransaction" }.Sum(rig.Urls["main"].Http.CountOf), Is.Zero);
    }

    [Test]
    public async Task A_node_starts_while_a_url_is_down_and_takes_it_up_later()
    {
        await using AccessRig rig = await AccessRig.StartAsync(1, urls =>
        {
            urls["main"].Http.Fail(new ProxyFault.Drop());
            urls["main"].Socket.Cut();
        });
        await rig.StateAsync("main", "failing");

        rig.Urls["main"].Heal();

        await rig.StateAsync("main", "fit");
    }

    [Test]
    public async Task A_node_does_not_guess_between_two_chains()
    {
        await using AnvilProcess one = await AnvilProcess.StartAsync();
        await using FaultyProxy other = await FaultyProxy.StartAsync(one.Url);
        other.Fail(new ProxyFault.Lie((_, _) => "0x38"), "eth_chainId");
        string[] urls = ["check-config", "--rpc-url", one.Url.ToString(), $"--Bundler:Ethereum:Endpoints:two:Url={other.Url}"];

        (int code, string output) = await NodeProcess.RunAsync(urls);
        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Contain($"The URLs are on different chains: main ({one.Url.Authority}) on 1337, two ({other.Url.Authority}) on 56"));

        (code, output) = await NodeProcess.RunAsync([.. urls, "--Bundler:Chain:ChainId=1337"]);
        Assert.That(code, Is.Zero, output);
    }
}
