using Bundler.Engine;
using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Checks;
using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Bundling.Pace;
using Bundler.Engine.Pool;
using Bundler.Engine.Validation;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Bundling;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LastLookTests : IDisposable
{
    private readonly FakeNode _node = new();
    private readonly WaitingForHead _waiting = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly EngineMetrics _metrics = new();

    public void Dispose() => _metrics.Dispose();

    [Test]
    public async Task The_bundle_is_called_on_the_pending_block_from_its_signer()
    {
        _node.Answers("eth_call", "0x");

        Assert.That(await LookAsync(Look(), 2), Is.Empty);
        System.Text.Json.JsonElement asked = _node.ParamsOf("eth_call").Single();
        Assert.That(asked[1].GetString(), Is.EqualTo("pending"));
        Assert.That(Address.Parse(asked[0].GetProperty("from").GetString()!), Is.EqualTo(A.Contract));
    }

    [Test]
    public async Task The_operation_that_the_EntryPoint_names_waits_for_the_next_head()
    {
        _node.Refuses("eth_call", 3, "execution reverted", EntryPointErrors.FailedOp.Encode((UInt256)1, "AA21 didn't pay prefund").ToString());
        IReadOnlyList<MempoolEntry> entries = Entries(3);

        Assert.That(await LookAsync(Look(), entries), Is.EqualTo(new[] { entries[1] }));
        Assert.That(entries.Select(entry => _waiting.Waits(entry.UserOpHash, 10)), Is.EqualTo(new[] { false, true, false }));
        Assert.That(_waiting.Waits(entries[1].UserOpHash, 11), Is.False);
    }

    [Test]
    public async Task When_nobody_is_named_half_stay_behind_until_one_is_alone()
    {
        _node.Refuses("eth_call", 3, "execution reverted", "0x");
        IReadOnlyList<MempoolEntry> entries = Entries(3);

        Assert.That(await LookAsync(Look(), entries), Is.EqualTo(new[] { entries[2] }));
        Assert.That(_waiting.Waits(entries[2].UserOpHash, 10), Is.False);
        Assert.That(await LookAsync(Look(), [entries[0]]), Is.EqualTo(new[] { entries[0] }));
        Assert.That(_waiting.Waits(entries[0].UserOpHash, 10), Is.True);
    }

    [Test]
    public async Task A_node_without_a_pending_block_is_asked_again_a_minute_later()
    {
        _node.Refuses("eth_call", -32000, "pending state is not available");
        LastLook look = Look();

        Assert.That(await LookAsync(look, 1), Is.Empty);
        Assert.That(await LookAsync(look, 1), Is.Empty);
        Assert.That(_node.CountOf("eth_call"), Is.EqualTo(1));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await LookAsync(look, 1), Is.Empty);
        Assert.That(_node.CountOf("eth_call"), Is.EqualTo(2));
    }

    [Test]
    public async Task Switched_off_it_asks_nothing()
    {
        Assert.That(await LookAsync(Look(isOn: false), 1), Is.Empty);
        Assert.That(_node.Requests, Is.Empty);
    }

    private LastLook Look(bool isOn = true) =>
        new(new EthClient(_node), _waiting, Options.Create(new BundlingOptions { LastLook = isOn }), _metrics, NullLogger<LastLook>.Instance, _clock);

    private static Task<IReadOnlyList<MempoolEntry>> LookAsync(LastLook look, int count) => LookAsync(look, Entries(count));

    private static Task<IReadOnlyList<MempoolEntry>> LookAsync(LastLook look, IReadOnlyList<MempoolEntry> entries)
    {
        BundleDraft draft = new(A.EntryPoint, A.Fees);
        foreach (MempoolEntry entry in entries)
        {
            draft.Add(entry);
        }

        return look.SpoiledAsync(new CheckedBundle(entries, Bytes.Empty, draft, new BundleCheck()), A.Head(10), A.Contract, default);
    }

    private static IReadOnlyList<MempoolEntry> Entries(int count) =>
        [.. Enumerable.Range(0, count).Select(sender => A.Entry(A.UserOperation() with { Sender = A.AddressOf(sender) }))];
}
