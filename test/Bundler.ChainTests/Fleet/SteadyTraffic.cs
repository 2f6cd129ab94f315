using System.Text.Json;
using System.Text.RegularExpressions;
using Bundler.ChainTests.Faults;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Fleet;

/// <summary>
/// Operations at a steady rate to the nodes of a fleet in turns, as behind a balancer: what one does not answer, or refuses at the moment, goes to the next.
/// In the end the chain is asked for each.
/// </summary>
internal sealed partial class SteadyTraffic(AnvilProcess anvil, FleetMembers members, SimpleAccountWallet[] wallets, int perSecond)
{
    private const int KeyBits = 64;
    private const int SecondsUnderWay = 3;

    /// <summary>One that was refused, mostly because its account has too many waiting, rests for so many ticks, and one that nobody answered for one.</summary>
    private const int RestAfterRefusal = 10;

    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _deadline = 3 * Eventually.Patience;
    private static readonly UInt256 _fee = 5_000_000_000;

    private readonly SemaphoreSlim _underWay = new(SecondsUnderWay * perSecond);
    private readonly Lock _lock = new();
    private readonly HashSet<string> _accepted = [];
    private readonly Dictionary<string, int> _refusals = [];
    private int _sent;
    private int _unanswered;

    public int Sent => Volatile.Read(ref _sent);

    /// <summary>Tries that a node did not answer.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    public int Accepted => _accepted.Count;

    /// <summary>What nodes said to those that they did not take at the moment, and how often.</summary>
    public string Refusals
    {
        get
        {
            lock (_lock)
            {
                return _refusals.Count == 0 ? "none" : string.Join("; ", _refusals.Select(refusal => $"{refusal.Value} x {refusal.Key}"));
            }
        }
    }

    public int Lost { get; private set; }

    public int Doubled { get; private set; }

    /// <summary>From one bundle's block to the next one's, by the chain's clock.</summary>
    public TimeSpan LongestPause { get; private set; }

    // The next one does not wait for the last to be answered, as users do not; each has a nonce key of its own, so that none waits for another.
    public async Task SendAsync(int operations)
    {
        List<Task> sending = [];
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1) / perSecond, TimeProvider.System);
        for (int number = 0; number < operations; number++)
        {
            await _underWay.WaitAsync();
            sending.Add(SendOneAsync(number));
            Volatile.Write(ref _sent, number + 1);
            await timer.WaitForNextTickAsync();
        }

        await Task.WhenAll(sending);
    }

    /// <summary>Waits until the chain has all, and counts.</summary>
    public async Task CountAsync(ulong begin)
    {
        List<MinedBundle> bundles = [];
        Dictionary<string, int> carried;
        long start = TimeProvider.System.GetTimestamp();
        using PeriodicTimer timer = new(_tick, TimeProvider.System);
        do
        {
            bundles.AddRange(await MinedBundle.SinceAsync(anvil, bundles.Count > 0 ? bundles[^1].Block : begin));
            carried = bundles.SelectMany(bundle => bundle.Operations).CountBy(hash => hash).ToDictionary();
        }
        while (!_accepted.All(carried.ContainsKey) && TimeProvider.System.GetElapsedTime(start) < _deadline && await timer.WaitForNextTickAsync());

        Lost = _accepted.Count(hash => !carried.ContainsKey(hash));
        Doubled = carried.Count(each => each.Value > 1);
        LongestPause = TimeSpan.FromSeconds(bundles.Zip(bundles.Skip(1)).Select(pair => pair.Second.BlockTimestamp - (double)pair.First.BlockTimestamp).DefaultIfEmpty().Max());
    }

    [GeneratedRegex("0x[0-9a-fA-F]+")]
    private static partial Regex HexPattern();

    private async Task SendOneAsync(int number)
    {
        SimpleAccountWallet wallet = wallets[number % wallets.Length];
        UInt256 nonce = (UInt256)(ulong)(number / wallets.Length) << KeyBits;
        UserOperation operation = wallet.Sign(wallet.Operation(deployed: true, nonce) with { MaxFeePerGas = _fee, MaxPriorityFeePerGas = _fee });
        string hash = wallet.EntryPoint.Hash(operation, 1337, null).ToString();
        try
        {
            await OfferAsync(number, wallet, operation, hash);
        }
        finally
        {
            _underWay.Release();
        }
    }

    private async Task OfferAsync(int number, SimpleAccountWallet wallet, UserOperation operation, string hash)
    {
        long start = TimeProvider.System.GetTimestamp();
        using PeriodicTimer timer = new(_tick, TimeProvider.System);
        for (int turn = number; await RestAsync(members.At(turn), wallet, operation, hash) is var rest && rest > 0; turn++)
        {
            Assert.That(TimeProvider.System.GetElapsedTime(start), Is.LessThan(_deadline), () => $"{hash} is taken: {string.Join("; ", Refusals)}");
            for (int tick = 0; tick < rest; tick++)
            {
                await timer.WaitForNextTickAsync();
            }
        }

        lock (_lock)
        {
            _accepted.Add(hash);
        }
    }

    /// <summary>How many ticks to rest before the next try; none when it was taken.</summary>
    private async Task<int> RestAsync(NodeProcess node, SimpleAccountWallet wallet, UserOperation operation, string hash)
    {
        try
        {
            JsonElement answer = await node.OfferAsync(wallet.EntryPoint, operation);
            if (answer.TryGetProperty("result", out _) || await IsKnownAsync(node, hash))
            {
                return 0;
            }

            string refusal = HexPattern().Replace(answer.GetProperty("error").GetProperty("message").GetString()!, "…");
            lock (_lock)
            {
                _refusals[refusal] = _refusals.GetValueOrDefault(refusal) + 1;
            }

            return RestAfterRefusal;
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or TaskCanceledException or JsonException)
        {
            Interlocked.Increment(ref _unanswered);
            return 1;
        }
    }

    /// <summary>Taken by the try before, which nobody lived to answer: it is pending, or has happened.</summary>
    private static async Task<bool> IsKnownAsync(NodeProcess node, string hash) =>
        (await node.CallAsync("bundler_getUserOperationStatus", hash)).TryGetProperty("result", out JsonElement status)
        && status.ValueKind == JsonValueKind.Object
        && status.GetProperty("status").GetString() is not ("dropped" or "replaced");
}
