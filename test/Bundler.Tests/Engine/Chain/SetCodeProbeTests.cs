using Bundler.Engine.Chain;
using Bundler.Ethereum.Client;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Chain;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SetCodeProbeTests
{
    private const string Send = "eth_sendRawTransaction";

    private readonly FakeNode _node = new();
    private readonly ManualTimeProvider _clock = new();

    [Test]
    public async Task A_want_of_funds_proves_that_the_type_is_taken_and_nobody_asks_again()
    {
        using SetCodeProbe probe = Probe();
        _node.Refuses(Send, -32000, "insufficient funds for gas * price + value");

        Assert.That(await probe.RefusalAsync(default), Is.Null);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.That(await probe.RefusalAsync(default), Is.Null);
        Assert.That(_node.CountOf(Send), Is.EqualTo(1));
    }

    [Test]
    public async Task A_refusal_is_told_and_asked_for_again_after_a_minute()
    {
        using SetCodeProbe probe = Probe();
        _node.Refuses(Send, -32000, "transaction type not supported");

        Assert.That(await probe.RefusalAsync(default), Is.EqualTo("transaction type not supported"));
        Assert.That(await probe.RefusalAsync(default), Is.EqualTo("transaction type not supported"));
        Assert.That(_node.CountOf(Send), Is.EqualTo(1));
        _node.Refuses(Send, -32000, "insufficient funds for gas * price + value");
        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.That(await probe.RefusalAsync(default), Is.Null);
    }

    // A node with too much to do has said nothing about the type.
    [Test]
    public async Task What_proves_nothing_is_not_believed_for_ever()
    {
        using SetCodeProbe probe = Probe();
        _node.Refuses(Send, -32000, "txpool is full");

        Assert.That(await probe.RefusalAsync(default), Is.Null);
        _node.Refuses(Send, -32000, "transaction type not supported");
        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.That(await probe.RefusalAsync(default), Is.EqualTo("transaction type not supported"));
    }

    private SetCodeProbe Probe() => new(new EthClient(_node), new ChainProfile { Name = "test", ChainId = 1337, EntryPoints = [] }, _clock);
}
