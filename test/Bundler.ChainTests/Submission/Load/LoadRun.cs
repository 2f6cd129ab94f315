using System.Collections.Concurrent;
using System.Globalization;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Submission.Load;

/// <summary>Operations sent at a rate or by a number of callers, and how long each took from its acceptance to the announcement of its block.</summary>
internal sealed class LoadRun
{
    private static readonly TimeSpan _patience = Eventually.Patience;

    private readonly ConcurrentDictionary<Hash32, long> _accepted = [];
    private readonly ConcurrentBag<string> _refused = [];
    private double[] _seconds = [];
    private IReadOnlyDictionary<Hash32, Inclusion> _included = new Dictionary<Hash32, Inclusion>();
    private TimeSpan _took;

    public int Accepted => _accepted.Count;

    public IReadOnlyCollection<string> Refused => _refused;

    public int Lost => _accepted.Keys.Count(hash => !_included.ContainsKey(hash));

    public int Bundles => Own.Select(inclusion => inclusion.Transaction).Distinct().Count();

    public double IncludedPerSecond => Own.Count() / _took.TotalSeconds;

    /// <summary>Seconds within which this share of the operations was included.</summary>
    public double Within(double share) => _seconds.Length == 0 ? double.NaN : _seconds[Math.Min(_seconds.Length - 1, (int)(share * _seconds.Length))];

    private IEnumerable<Inclusion> Own => _accepted.Keys.Where(_included.ContainsKey).Select(hash => _included[hash]);

    /// <summary>Open loop: the arrivals do not wait for anything.</summary>
    public static Task<LoadRun> AtRateAsync(LoadRig rig, IReadOnlyList<UserOperation> operations, double perSecond) => RunAsync(rig, async (run, watch) =>
    {
        long start = TimeProvider.System.GetTimestamp();
        List<Task> sent = [];
        foreach (UserOperation operation in operations)
        {
            TimeSpan due = TimeSpan.FromSeconds(sent.Count / perSecond) - TimeProvider.System.GetElapsedTime(start);
            if (due > TimeSpan.Zero)
            {
                await Task.Delay(due, TimeProvider.System);
            }

            sent.Add(run.SendAsync(rig, operation));
        }

        await Task.WhenAll(sent);
    });

    /// <summary>Closed loop: so many requests are open at a time.</summary>
    public static Task<LoadRun> ByCallersAsync(LoadRig rig, IReadOnlyList<UserOperation> operations, int callers) => RunAsync(rig, (run, _) =>
        Parallel.ForEachAsync(operations, new ParallelOptions { MaxDegreeOfParallelism = callers }, async (operation, _) => await run.SendAsync(rig, operation)));

    public string Line(string what, double blockTime) => string.Create(
        CultureInfo.InvariantCulture,
        $"{what,-40} {Accepted,5} {Lost,4} {IncludedPerSecond,10:0.0} {Within(0.5) / blockTime,11:0.00} {Within(0.95) / blockTime,8:0.00} {_seconds[^1] / blockTime,8:0.00} {Within(0.5),9:0.00} {Bundles,8} {(double)Accepted / Bundles,8:0.0}");

    public static string Head() =>
        $"{"inclusion",-40} {"ops",5} {"lost",4} {"included/s",10} {"median [bt]",11} {"p95 [bt]",8} {"max [bt]",8} {"median s",9} {"bundles",8} {"ops each",8}";

    private static async Task<LoadRun> RunAsync(LoadRig rig, Func<LoadRun, InclusionWatch, Task> send)
    {
        await using InclusionWatch watch = new(rig.Anvil.WebSocketUrl, rig.Eth, LoadRig.EntryPoint.Address);
        LoadRun run = new();
        long start = TimeProvider.System.GetTimestamp();
        await send(run, watch);
        await Eventually.Async(() => run._accepted.Keys.All(watch.Included.ContainsKey), _patience, "every accepted operation in a block");
        run._took = TimeProvider.System.GetElapsedTime(start);
        run._included = new Dictionary<Hash32, Inclusion>(watch.Included);
        run._seconds =
        [
            .. run._accepted.Where(each => run._included.ContainsKey(each.Key))
                .Select(each => Math.Max(0, TimeProvider.System.GetElapsedTime(each.Value, run._included[each.Key].At).TotalSeconds)).Order(),
        ];
        return run;
    }

    private async Task SendAsync(LoadRig rig, UserOperation operation)
    {
        (Hash32? hash, string? error) = await rig.SendAsync(operation);
        long at = TimeProvider.System.GetTimestamp();
        if (hash is { } accepted)
        {
            _accepted[accepted] = at;
        }
        else
        {
            _refused.Add(error!);
        }
    }
}
