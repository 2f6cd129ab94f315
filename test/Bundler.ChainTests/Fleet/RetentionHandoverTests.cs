using System.Globalization;
using Bundler.ChainTests.Faults;
using Bundler.Engine.Development;
using Bundler.Testing;

namespace Bundler.ChainTests.Fleet;

/// <summary>One node of a fleet moves what is old; when it dies in the middle of a step, the next one goes on.</summary>
public sealed class RetentionHandoverTests
{
    private const long AHundredDays = 100 * 86_400;

    private static readonly string[] _oftener = ["--Bundler:Storage:Retention:RoundMinutes=0.01", "--Bundler:Storage:Retention:StepMilliseconds=10"];

    [Test]
    public async Task Whoever_has_the_index_next_moves_what_is_left()
    {
        await using AnvilProcess anvil = await AnvilProcess.StartAsync();
        await using FleetRig fleet = await FleetRig.CreateAsync(anvil);
        using Traffic traffic = await Traffic.BeginAsync(anvil);
        NodeProcess first = await fleet.StartAsync("first", [.. _oftener, $"--Bundler:Development:DieAt={FaultPoint.DuringRetention}"]);
        NodeProcess second = await fleet.StartAsync("second", _oftener);
        await traffic.SendAsync(first);
        await traffic.AssertInIsOutAsync(first);

        await anvil.RpcAsync("evm_increaseTime", AHundredDays);
        await anvil.RpcAsync("anvil_mine", "0x50");
        Task<int> end = first.EndAsync();
        await Eventually.Async(() => GoesOnAsync(anvil, end), Eventually.Patience, $"it dies in the middle\n{first.Output}");
        Assert.That(await end, Is.EqualTo(137), first.Output);

        await Eventually.Async(
            async () => await GoesOnAsync(anvil, end) && await MovedAsync(second) >= traffic.Accepted.Count, Eventually.Patience, $"the second moves {traffic.Accepted.Count} operations\n{second.Output}");
        await traffic.AssertInIsOutAsync(second);
    }

    /// <summary>Finality is asked for with a block, and not with each: others have to come.</summary>
    private static async Task<bool> GoesOnAsync(AnvilProcess anvil, Task end)
    {
        await anvil.RpcAsync("evm_mine");
        return end.IsCompleted;
    }

    private static async Task<long> MovedAsync(NodeProcess node) => (await node.GetOperatorsAsync("/metrics")).Body.Split('\n')
        .Where(line => line.StartsWith("bundler_retention_moved_total{", StringComparison.Ordinal) && line.Contains("\"operations\"", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
}
