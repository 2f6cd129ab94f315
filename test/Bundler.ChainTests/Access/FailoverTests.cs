namespace Bundler.ChainTests.Access;

/// <summary>Operations keep coming while two of three URLs fail in turn: nothing is lost.</summary>
public sealed class FailoverTests
{
    [Test]
    public Task Nothing_is_lost_while_urls_fail_in_turn() => RunAsync(TimeSpan.FromSeconds(6), perSecond: 3);

    /// <summary>scripts/bench failover.</summary>
    [Test]
    [Explicit]
    [Category("Failover")]
    public Task Nothing_is_lost_while_urls_fail_for_a_minute_each() => RunAsync(TimeSpan.FromMinutes(1), perSecond: 10);

    private static async Task RunAsync(TimeSpan phase, int perSecond)
    {
        await using AccessRig rig = await AccessRig.StartAsync(1);
        FailoverRun run = new(rig, phase, perSecond);
        await run.RunAsync();

        foreach (string line in run.Table())
        {
            TestContext.Out.WriteLine(line);
        }

        Assert.That(run.Refusals, Is.Empty, rig.Node.Output);
        Assert.That((run.Lost, run.Doubled), Is.EqualTo((0, 0)), rig.Node.Output);
    }
}
