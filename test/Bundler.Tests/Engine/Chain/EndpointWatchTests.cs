using Bundler.Engine.Chain;
using Bundler.Ethereum.Access;
using Bundler.Testing;
using Bundler.Tests.Ethereum.Access;
using Microsoft.Extensions.Logging;

namespace Bundler.Tests.Engine.Chain;

public sealed class EndpointWatchTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Test]
    public async Task Says_once_which_url_is_out_and_why_and_when_it_is_back()
    {
        ManualTimeProvider clock = new();
        FakeNode one = AccessRig.Node("one");
        AccessRig rig = new(new ChainAccessOptions { ChainId = 56 }, clock, ("one", one), ("two", AccessRig.Node("two")));
        LogLines<EndpointWatch> log = new();
        using EndpointWatch watch = new(rig.Pool, rig.Probe, new EndpointWatchOptions(), log, clock);
        await watch.StartAsync(default);
        await StepAsync(() => Count(log, "The URL one at one.example is in use, at block 100") == 1);

        one.Fails("eth_chainId");
        await StepAsync(() => Count(log, "The URL one at one.example is out as Failing: eth_chainId got no answer") == 1);
        one.Answers("eth_chainId", "0x38");
        await StepAsync(() => Count(log, "The URL one at one.example is in use, at block 100") == 2);

        Assert.That(Count(log, "out as"), Is.EqualTo(1));
        await watch.StopAsync(default);

        async Task StepAsync(Func<bool> done) => await Eventually.Async(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return done();
            },
            Deadline,
            "the log has it");
    }

    private static int Count(LogLines<EndpointWatch> log, string text) => 
        log.Of(LogLevel.Information).Concat(log.Of(LogLevel.Warning)).Count(line => line.Contains(text, StringComparison.Ordinal));
}
