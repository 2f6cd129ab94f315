using System.Collections.Concurrent;
using System.Text.Json;
using Bundler.ChainTests.Methods;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Strangers;

/// <summary>
/// Knows nothing but the promises: whoever is accepted is included once or ended with a reason in time, the honest are included and soon, and what
/// an estimate or the price of preVerificationGas answered is accepted when it is sent.
/// </summary>
internal sealed class StrangerAuditor(MethodRig rig, string origin, StrangerChain chain)
{
    /// <summary>Blocks within which an honest operation is included, whatever the others do.</summary>
    private const ulong Soon = 20;

    /// <summary>How much later where the node is silent for seconds at a time.</summary>
    private const ulong MoodyTimes = 2;

    /// <summary>More than Pool:MaxPendingSeconds, which ends anything.</summary>
    private static readonly TimeSpan _deadline = Eventually.Patience;
    private static readonly Address[] _entryPoints =
        [.. Enum.GetValues<EntryPointVersion>().Select(version => SimpleAccountWallet.EntryPointOf(version).Address)];

    private readonly ConcurrentDictionary<Hash32, (Stranger Stranger, ulong Block)> _accepted = [];
    private readonly ConcurrentBag<string> _findings = [];
    private readonly Dictionary<Hash32, (string Status, string? Reason)> _ends = [];
    private ILookup<Hash32, (ulong Block, bool Success)> _events = Array.Empty<Hash32>().ToLookup(hash => hash, _ => (0ul, false));

    public IReadOnlyCollection<string> Findings => _findings;

    private ulong HonestBlocks => Soon * (chain.IsMoody ? MoodyTimes : 1);

    /// <summary>Blocks from acceptance to inclusion of each honest operation, in order.</summary>
    public IReadOnlyList<ulong> HonestDelays { get; private set; } = [];

    public int Accepted => _accepted.Count;

    public int Included => _accepted.Keys.Count(_events.Contains);

    public IEnumerable<string> Reasons => _ends.Where(end => !_events.Contains(end.Key)).Select(end => $"{_accepted[end.Key].Stranger.Name}: {end.Value.Reason}");

    /// <summary>What a node that has moods says is not held against ours.</summary>
    public bool Excuses(string message) => chain.IsMoody && message.Contains("Ethereum node", StringComparison.Ordinal);

    public void Take(Stranger stranger, Hash32 hash, ulong block)
    {
        if (!_accepted.TryAdd(hash, (stranger, block)))
        {
            Find(stranger, $"{hash} was accepted before");
        }
    }

    public void Find(string what) => _findings.Add($"{origin}: {what}");

    public void Find(Stranger stranger, string what) => _findings.Add(
        $"{origin}, operation {stranger.Index}, {stranger.Name}, {stranger.EntryPoint.Version}{(stranger.Estimated ? ", estimated" : "")}: {what}; " +
        Short(OperationWire.Of(stranger.EntryPoint, stranger.Operation).ToString()));

    /// <summary>Waits until all have ended, and judges.</summary>
    public async Task AuditAsync()
    {
        long start = TimeProvider.System.GetTimestamp();
        await Eventually.Async(
            async () => await TrySettledAsync() || TimeProvider.System.GetElapsedTime(start) > _deadline, _deadline * 2, "the last operation's end");
        foreach ((Hash32 hash, (Stranger stranger, ulong block)) in _accepted)
        {
            Judge(stranger, hash, block);
            await JudgeDeedAsync(stranger, hash);
        }

        HonestDelays =
        [
            .. _accepted.Where(each => each.Value.Stranger.Honest && _events.Contains(each.Key))
                .Select(each => Delay(each.Value.Block, _events[each.Key].First().Block)).Order(),
        ];
        if (!chain.IsMoody && rig.Node.Output.Contains("stumbled", StringComparison.Ordinal))
        {
            Find($"{rig.Node.Output.Split('\n').First(line => line.Contains("stumbled", StringComparison.Ordinal))}");
        }
    }

    /// <summary>A chain that is busy with an enemy's trace may not answer the auditor either.</summary>
    private async Task<bool> TrySettledAsync()
    {
        try
        {
            return await SettledAsync();
        }
        catch (TransportException)
        {
            return false;
        }
    }

    private async Task<bool> SettledAsync()
    {
        foreach (Hash32 hash in _accepted.Keys.Where(hash => !_ends.TryGetValue(hash, out (string Status, string?) end) || !IsEnd(end.Status)))
        {
            JsonElement status = await rig.AskAsync("bundler_getUserOperationStatus", hash.ToString());
            _ends[hash] = status.ValueKind == JsonValueKind.Object
                ? (status.GetProperty("status").GetString()!, status.GetProperty("reason").GetString())
                : ("unknown", null);
        }

        // Read behind the states: whatever they say happened is in a block by now.
        IReadOnlyList<LogEntry> logs = await rig.Eth.GetLogsAsync(
            new LogFilter { FromBlock = BlockTag.Number(0), ToBlock = BlockTag.Latest, Addresses = _entryPoints, Topics = [[EntryPointEvents.UserOperationEvent.Topic]] },
            CancellationToken.None);
        _events = logs.ToLookup(log => log.Topics[1], log => (log.BlockNumber, UserOperationEventData.Decode(log.Topics, log.Data).Success));
        return _accepted.Keys.All(hash => IsEnd(_ends[hash].Status));
    }

    private void Judge(Stranger stranger, Hash32 hash, ulong block)
    {
        (string status, string? reason) = _ends[hash];
        ulong[] blocks = [.. _events[hash].Select(end => end.Block)];
        string told = $"{hash} accepted at block {block} is {status}, reason: {reason ?? "none"}";
        if (blocks.Length > 1)
        {
            Find(stranger, $"{told}, and included in blocks {string.Join(", ", blocks)}");
        }
        else if (!IsEnd(status))
        {
            Find(stranger, $"{told}, after {_deadline.TotalSeconds} s{(blocks.Length == 0 ? "" : $", though it is in block {blocks[0]}")}");
        }
        else if ((status is "included" or "final") != (blocks.Length == 1))
        {
            Find(stranger, $"{told}, and {blocks.Length} events of it are on the chain");
        }
        else if (blocks.Length == 0 && string.IsNullOrEmpty(reason))
        {
            Find(stranger, $"{told}: no reason");
        }
        else if (stranger.Honest && blocks.Length == 0)
        {
            Find(stranger, $"{told}, though honest");
        }
        else if (stranger.Honest && Delay(block, blocks[0]) > HonestBlocks)
        {
            Find(stranger, $"{told}, in block {blocks[0]}: later than {HonestBlocks} blocks");
        }
    }

    /// <summary>With the limits of an estimate: what it does with ample gas, and not the branch that it takes when gas is short.</summary>
    private async Task JudgeDeedAsync(Stranger stranger, Hash32 hash)
    {
        if (!stranger.Estimated || !_events.Contains(hash))
        {
            return;
        }

        if (!_events[hash].First().Success)
        {
            Find(stranger, $"{hash} was estimated and its call failed on the chain");
        }
        else if (stranger.NoteOfFailure is { } note
            && await rig.Eth.GetStorageAtAsync(stranger.Operation.Sender, note, BlockTag.Latest, CancellationToken.None) != Hash32.Zero)
        {
            Find(stranger, $"{hash} was estimated and took the branch for too little gas");
        }
    }

    private static ulong Delay(ulong accepted, ulong included) => included > accepted ? included - accepted : 0;

    private static bool IsEnd(string status) => status is "dropped" or "replaced" or "included" or "final";

    /// <summary>Call data is made again from the seed.</summary>
    private static string Short(string json) => json.Length <= 1_200 ? json : $"{json[..400]}…{json[^700..]}";
}
