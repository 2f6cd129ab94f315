using System.Text.Json;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Access;

/// <summary>Operations at a steady rate while two of three URLs fail in turn: what was accepted how fast, and what the chain has of it.</summary>
internal sealed class FailoverRun(AccessRig rig, TimeSpan phase, int perSecond)
{
    private const int Phases = 3;
    private const int MostAccounts = 180;
    private const int KeyBits = 64;
    private const int SecondsUnderWay = 3;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(120);

    private readonly TimeSpan _interval = TimeSpan.FromSeconds(1) / perSecond;
    private readonly int _accounts = Math.Min(MostAccounts, Phases * perSecond * (int)phase.TotalSeconds);

    private readonly SemaphoreSlim _underWay = new(SecondsUnderWay * perSecond);
    private readonly List<SimpleAccountWallet> _wallets = [];
    private readonly List<(string Phase, Hash32 Hash, TimeSpan Took)> _accepted = [];
    private readonly List<string> _refusals = [];
    private readonly Lock _lock = new();
    private int _sent;

    public IReadOnlyList<string> Refusals => _refusals;

    public int Lost { get; private set; }

    public int Doubled { get; private set; }

    public async Task RunAsync()
    {
        await DeployAsync();
        List<Task> sending = [];
        string first = await rig.FirstAsync();
        rig.Urls[first].Http.Fail(new ProxyFault.Stall());
        rig.Urls[first].Socket.Mute();
        await SendAsync($"{first} stalls", sending);
        rig.Urls[first].Heal();
        string second = await rig.FirstAsync();
        rig.Urls[second].Http.Fail(new ProxyFault.Status(500));
        rig.Urls[second].Socket.Cut();
        await SendAsync($"{second} answers 500", sending);
        rig.Urls[second].Heal();
        await SendAsync("all are fit", sending);
        await Task.WhenAll(sending);
        await CountAsync();
    }

    /// <summary>One line for each phase.</summary>
    public IEnumerable<string> Table()
    {
        yield return $"failover  {"phase",-24} {"accepted",8} {"p50 ms",8} {"p95 ms",8} {"max ms",8}";
        foreach (IGrouping<string, (string Phase, Hash32 Hash, TimeSpan Took)> each in _accepted.GroupBy(accepted => accepted.Phase))
        {
            yield return Row(each.Key, [.. each.Select(accepted => accepted.Took.TotalMilliseconds).Order()]);
        }

        yield return Row("together", [.. _accepted.Select(accepted => accepted.Took.TotalMilliseconds).Order()]);
        yield return $"failover  {_sent} sent, {_refusals.Count} refused, {Lost} lost, {Doubled} doubled";
    }

    private static string Row(string name, double[] milliseconds) =>
        $"failover  {name,-24} {milliseconds.Length,8} {At(milliseconds, 0.5),8:0} {At(milliseconds, 0.95),8:0} {milliseconds[^1],8:0}";

    private static double At(double[] sorted, double share) => sorted[(int)((sorted.Length - 1) * share)];

    private async Task DeployAsync()
    {
        for (int i = 0; i < _accounts; i++)
        {
            SimpleAccountWallet wallet = await rig.WalletAsync();
            await rig.Anvil.RpcAsync(
                "eth_sendTransaction",
                new { from = DevAccounts.All[5].Address.ToLowerHex(), to = wallet.Factory.ToLowerHex(), data = wallet.Operation().FactoryData.ToString(), gas = "0x4c4b40" });
            _wallets.Add(wallet);
        }

        foreach (SimpleAccountWallet wallet in _wallets)
        {
            await Eventually.Async(
                async () => (await rig.Anvil.RpcAsync("eth_getCode", wallet.Address.ToLowerHex(), "latest")).GetString() != "0x", Settling, "the accounts stand");
        }
    }

    // The next one does not wait for the last to be answered: that is what users do; but a machine that is slow altogether is not asked for more and more.
    // Each has a nonce key of its own, so none waits for another.
    private async Task SendAsync(string name, List<Task> sending)
    {
        using PeriodicTimer timer = new(_interval, TimeProvider.System);
        for (int i = 0; i < (int)(phase / _interval); i++)
        {
            await _underWay.WaitAsync();
            int number = _sent++;
            sending.Add(SendAsync(name, _wallets[number % _accounts], (UInt256)(ulong)(number / _accounts) << KeyBits));
            await timer.WaitForNextTickAsync();
        }
    }

    private async Task SendAsync(string name, SimpleAccountWallet wallet, UInt256 nonce)
    {
        try
        {
            (Hash32 hash, TimeSpan took) = await rig.SendAsync(wallet, wallet.Signed(deployed: true, nonce));
            lock (_lock)
            {
                _accepted.Add((name, hash, took));
            }
        }
        catch (InvalidOperationException refusal)
        {
            lock (_lock)
            {
                _refusals.Add(refusal.Message);
            }
        }
        finally
        {
            _underWay.Release();
        }
    }

    private async Task CountAsync()
    {
        HashSet<string> wanted = [.. _accepted.Select(accepted => accepted.Hash.ToString())];
        Dictionary<string, int> mined = [];
        long start = TimeProvider.System.GetTimestamp();
        while (!wanted.All(mined.ContainsKey) && TimeProvider.System.GetElapsedTime(start) < Settling)
        {
            mined = (await rig.EventsAsync()).GroupBy(hash => hash).ToDictionary(hash => hash.Key, hash => hash.Count());
            await Task.Delay(Look, TimeProvider.System);
        }

        Lost = wanted.Count(hash => !mined.ContainsKey(hash));
        Doubled = mined.Count(pair => pair.Value > 1);
    }
}
