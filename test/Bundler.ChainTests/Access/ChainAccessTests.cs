using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Access;

/// <summary>Of three URLs the one that is read from fails: operations are still taken within 3 s, each is mined once, and /health says which and why.</summary>
public sealed class ChainAccessTests
{
    private const int Operations = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private AccessRig _rig = null!;
    private TimeSpan _ordinary;

    private static IEnumerable<TestCaseData> Faults =>
    [
        Case("stalls", "failing", "did not answer", url =>
        {
            url.Http.Fail(new ProxyFault.Stall());
            url.Socket.Mute();
        }),
        Case("answers 500", "failing", "HTTP 500", url => url.Http.Fail(new ProxyFault.Status(500))),
        Case("drops connections", "failing", "cannot be reached", url => url.Http.Fail(new ProxyFault.Drop())),
        Case("wants rest", "rateLimited", "429", url => url.Http.Fail(new ProxyFault.Status(429))),
        Case("lags 20 blocks behind", "lagging", "blocks behind", Lags),
        Case("says a nonce too high", "contradicting", "says nonce", url => url.Http.Fail(Nonce(nonce => nonce + 5), "eth_getTransactionCount")),
        Case("says nonce 0", "contradicting", "says nonce", url => url.Http.Fail(Nonce(_ => 0), "eth_getTransactionCount")),
        Case("is on another chain", "wrongChain", "is on chain 1 instead of 1337", url => url.Http.Fail(new ProxyFault.Lie((_, _) => "0x1"), "eth_chainId")),
    ];

    [OneTimeSetUp]
    public async Task Begin()
    {
        _rig = await AccessRig.StartAsync(1, "--Bundler:Submission:SignerRefreshSeconds=1");
        _ordinary = (await SendManyAsync()).Max(sent => sent.Took);
    }

    [OneTimeTearDown]
    public async Task End() => await _rig.DisposeAsync();

    [TestCaseSource(nameof(Faults))]
    public async Task Operations_go_on_while_one_url(string state, string why, object fault)
    {
        string victim = await _rig.FirstAsync();
        try
        {
            ((Action<AccessUrl>)fault)(_rig.Urls[victim]);
            if (state == "lagging")
            {
                await HeadMovesAsync();
                _rig.Urls[victim].Http.Fail(new ProxyFault.Lie((_, _) => "0x"), "eth_getCode", "eth_call");
            }

            (Hash32 Hash, TimeSpan Took)[] sent = await SendManyAsync();

            Assert.That(sent.Max(each => each.Took), Is.LessThan(Limit + _ordinary), "admission");
            JsonElement told = await _rig.StateAsync(victim, state);
            Assert.That(told.GetProperty("why").GetString(), Does.Contain(why));
            Assert.That(told.GetProperty("host").GetString(), Is.EqualTo(_rig.Urls[victim].Http.Url.Authority));
            await MinedOnceAsync(sent);
        }
        finally
        {
            _rig.Urls[victim].Heal();
            await _rig.StateAsync(victim, "fit");
        }
    }

    [Test]
    public async Task Heads_come_from_another_socket_and_from_polling_when_there_is_none()
    {
        string first = await _rig.FirstAsync();
        _rig.Urls[first].Socket.Cut();
        await HeadMovesAsync();
        foreach (AccessUrl url in _rig.Urls.Values)
        {
            url.Socket.Mute();
        }

        await HeadMovesAsync();
        await MinedOnceAsync(await SendManyAsync());
        foreach (AccessUrl url in _rig.Urls.Values)
        {
            url.Heal();
        }

        await HeadMovesAsync();
    }

    private static TestCaseData Case(string what, string state, string why, Action<AccessUrl> fault) =>
        new TestCaseData(state, why, fault) { TestName = $"Operations_go_on_while_one_url_{what.Replace(' ', '_')}" };

    // What it says of the state is of the past, too: whoever believes it finds nothing deployed.
    private static void Lags(AccessUrl url)
    {
        url.Socket.Mute();
        url.Http.Fail(new ProxyFault.Lie((_, head) => $"0x{ReadNumber(head) - 20:x}"), "eth_blockNumber");
        url.Http.Fail(new ProxyFault.Lie((_, block) => Older(block, 20)), "eth_getBlockByNumber");
    }

    private static ProxyFault Nonce(Func<ulong, ulong> change) => new ProxyFault.Lie((_, nonce) => $"0x{change(ReadNumber(nonce)):x}");

    private static ulong ReadNumber(JsonNode? quantity) => Convert.ToUInt64((string)quantity!, 16);

    private static JsonNode? Older(JsonNode? block, ulong by)
    {
        block?["number"] = $"0x{ReadNumber(block["number"]) - by:x}";
        return block;
    }

    private async Task<(Hash32 Hash, TimeSpan Took)[]> SendManyAsync()
    {
        List<(Hash32, TimeSpan)> sent = [];
        for (int i = 0; i < Operations; i++)
        {
            SimpleAccountWallet wallet = await _rig.WalletAsync();
            sent.Add(await _rig.SendAsync(wallet, wallet.Signed()));
        }

        return [.. sent];
    }

    private async Task MinedOnceAsync((Hash32 Hash, TimeSpan Took)[] sent)
    {
        foreach ((Hash32 hash, TimeSpan _) in sent)
        {
            await _rig.MinedAsync(hash);
            Assert.That(await _rig.CountAsync(hash), Is.EqualTo(1), $"{hash} on the chain");
        }
    }

    private async Task HeadMovesAsync()
    {
        ulong before = await HeadAsync();
        await Eventually.Async(async () => await HeadAsync() >= before + 2, AccessRig.Deadline, "the node sees two further blocks");
    }

    private async Task<ulong> HeadAsync() => (await _rig.Node.ReadinessAsync()).Body
        .GetProperty("checks").GetProperty("head").GetProperty("data").GetProperty("number").GetUInt64();
}
