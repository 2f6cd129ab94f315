using System.Globalization;

namespace Bundler.ChainTests.Strangers;

/// <summary>Strangers of every kind and their enemies on chains of every kind; scripts/bench strangers, and a short form with one seed.</summary>
public sealed class StrangersTests
{
    private const int ShortSeed = 7562;

    private static readonly TimeSpan _short = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(20);

    [Test]
    public async Task Whoever_is_accepted_is_included_once_or_ends_with_a_reason([Values] bool moody)
    {
        StrangerChain chain = new("osaka", 30_000_000, 1_000_000_000, 0.5, moody);

        (IReadOnlyCollection<string> findings, IReadOnlyList<ulong> delays) = await StrangerRound.PlayAsync(chain, ShortSeed, 0, _short);

        Assert.That(findings, Is.Empty, string.Join('\n', findings));
        Assert.That(delays, Is.Not.Empty);
    }

    /// <summary>BUNDLER_BENCH_SEED says which strangers, BUNDLER_BENCH_SECONDS for how long new rounds begin.</summary>
    [Test]
    [Explicit]
    [Category("Strangers")]
    public async Task Strangers_on_chains_of_every_kind()
    {
        int seed = Setting("BUNDLER_BENCH_SEED", Random.Shared.Next(1_000_000));
        TimeSpan time = TimeSpan.FromSeconds(Setting("BUNDLER_BENCH_SECONDS", 60));
        long start = TimeProvider.System.GetTimestamp();
        List<string> findings = [];
        List<ulong> delays = [];
        for (int round = 0; TimeProvider.System.GetElapsedTime(start) < time; round++)
        {
            StrangerChain chain = StrangerChain.Pick(new Random(unchecked((seed * 31) + round)));
            (IReadOnlyCollection<string> found, IReadOnlyList<ulong> waited) = await StrangerRound.PlayAsync(chain, seed, round, _round);
            findings.AddRange(found);
            delays.AddRange(waited);
        }

        delays.Sort();
        foreach (string finding in findings)
        {
            TestContext.Out.WriteLine($"finding  {finding}");
        }

        TestContext.Out.WriteLine(
            $"strangers  seed {seed}: {delays.Count} honest ones included, p50 {StrangerRound.Within(delays, 0.5)}, p95 {StrangerRound.Within(delays, 0.95)}, " +
            $"at most {StrangerRound.Within(delays, 1)} blocks; {findings.Count} findings");
        Assert.That(findings, Is.Empty);
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
