using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.ChainTests.Methods;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Strangers;

/// <summary>One chain, one node, and strangers at a pace for some time; then the audit.</summary>
internal sealed class StrangerRound(MethodRig rig, StrangerWorkload workload, StrangerAuditor auditor)
{
    private const int Senders = 4;
    private const int PerSecond = 5;

    /// <summary>What the zeros of two signatures may differ by, gas.</summary>
    private const uint SignatureGas = 500;

    private readonly ConcurrentDictionary<string, int> _refusals = [];
    private int _next;

    /// <summary>Plays a round; prints its figures.</summary>
    /// <returns>The findings, and the blocks that each honest operation waited.</returns>
    public static async Task<(IReadOnlyCollection<string> Findings, IReadOnlyList<ulong> Delays)> PlayAsync(StrangerChain chain, int seed, int round, TimeSpan time)
    {
        string[] arguments =
        [
            string.Create(CultureInfo.InvariantCulture, $"--Bundler:Chain:BlockTimeSeconds={chain.BlockTimeSeconds}"),
            "--Bundler:Pool:MaxWaitSeconds=30", "--Bundler:Pool:MaxPendingSeconds=60",
            .. Enum.GetValues<EntryPointVersion>().Select((version, i) => $"--Bundler:Reputation:Allow:{i}={SimpleAccountWallet.FactoryOf(version)}"),
        ];
        await using MethodRig rig = chain.IsMoody
            ? await MethodRig.StartBehindProxyAsync(chain.Options, arguments)
            : await MethodRig.StartAsync(chain.Options, arguments);
        using StrangerWorkload workload = new(rig, chain, unchecked(seed + round));
        StrangerAuditor auditor = new(rig, $"seed {seed}, round {round} ({chain})", chain);
        await workload.BeginAsync();
        StrangerRound self = new(rig, workload, auditor);
        using CancellationTokenSource sent = new();
        Task moods = rig.Proxy is { } proxy ? new StrangerMoods(proxy, new Random(unchecked(seed + round))).RunAsync(sent.Token) : Task.CompletedTask;
        await self.SendAsync(time);
        await sent.CancelAsync();
        await moods;
        await auditor.AuditAsync();
        foreach (string what in StrangerFootprint.Excess(rig.Node, self._next).Concat(await workload.Sponsors.DefamedAsync()))
        {
            auditor.Find(what);
        }

        self.Print($"{chain}");
        return (auditor.Findings, auditor.HonestDelays);
    }

    /// <summary>Blocks within which this share was included.</summary>
    public static ulong Within(IReadOnlyList<ulong> delays, double share) => delays.Count == 0 ? 0 : delays[Math.Min(delays.Count - 1, (int)(share * delays.Count))];

    private void Print(string chain)
    {
        IReadOnlyList<ulong> delays = auditor.HonestDelays;
        TestContext.Out.WriteLine(
            $"strangers  {chain}: {_next} operations, {auditor.Accepted} accepted, {auditor.Included} included, {delays.Count} of them honest: " +
            $"p50 {Within(delays, 0.5)}, p95 {Within(delays, 0.95)}, at most {Within(delays, 1)} blocks; {StrangerFootprint.Of(rig.Node)}; {auditor.Findings.Count} findings");
        foreach (IGrouping<string, string> reason in auditor.Reasons.GroupBy(reason => reason).OrderByDescending(group => group.Count()))
        {
            TestContext.Out.WriteLine($"  ended {reason.Count()} × {reason.Key}");
        }

        foreach ((string refusal, int count) in _refusals.OrderByDescending(each => each.Value))
        {
            TestContext.Out.WriteLine($"  refused {count} × {refusal}");
        }
    }

    private async Task SendAsync(TimeSpan time)
    {
        long start = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(async _ =>
        {
            while (TimeProvider.System.GetElapsedTime(start) < time)
            {
                int index = Interlocked.Increment(ref _next);
                TimeSpan due = TimeSpan.FromSeconds((double)index / PerSecond) - TimeProvider.System.GetElapsedTime(start);
                if (due > TimeSpan.Zero)
                {
                    await Task.Delay(due, TimeProvider.System);
                }

                await PlayAsync(await workload.NextAsync(index));
            }
        }));
    }

    private async Task PlayAsync(Stranger stranger)
    {
        JsonElement prices = await rig.Node.CallAsync("pimlico_getUserOperationGasPrice");
        if (!prices.TryGetProperty("result", out JsonElement levels))
        {
            Refuse(stranger, "price", prices.GetRawText());
            return;
        }

        JsonElement market = levels.GetProperty("fast");
        UInt256 tip = MethodRig.Quantity(market, "maxPriorityFeePerGas") * stranger.Tip / 100;
        UInt256 fee = MethodRig.Quantity(market, "maxFeePerGas");
        stranger = stranger with { Operation = stranger.Operation with { MaxPriorityFeePerGas = tip, MaxFeePerGas = fee * 2 + tip } };
        if (await LimitedAsync(stranger) is not { } operation)
        {
            return;
        }

        stranger = stranger with { Operation = stranger.Sign?.Invoke(operation) ?? operation };
        JsonElement answer = await rig.Node.OfferAsync(stranger.EntryPoint, stranger.Operation);
        if (answer.TryGetProperty("error", out JsonElement error))
        {
            string message = error.GetProperty("message").GetString()!;
            Refuse(stranger, "sending", message);
            if (!auditor.Excuses(message) && (stranger.Estimated || (stranger.Honest && message.Contains("preVerificationGas", StringComparison.Ordinal))))
            {
                auditor.Find(stranger, $"refused although its limits are the node's own answer: {error}");
            }

            return;
        }

        auditor.Take(stranger, Hash32.Parse(answer.GetProperty("result").GetString()), await rig.Eth.BlockNumberAsync(CancellationToken.None));
        if (stranger.Turns is { } code)
        {
            await rig.Anvil.RpcAsync("anvil_setCode", stranger.Operation.Sender.ToLowerHex(), code.ToString());
        }
    }

    /// <summary>With the limits that the node answers; <c>null</c> when it answers none.</summary>
    private async Task<UserOperation?> LimitedAsync(Stranger stranger)
    {
        JsonObject wire = JsonObject.Create(OperationWire.Of(stranger.EntryPoint, stranger.Operation))!;
        wire.Remove("preVerificationGas");
        if (stranger.Estimated)
        {
            wire.Remove("callGasLimit");
            wire.Remove("verificationGasLimit");
            wire.Remove("paymasterVerificationGasLimit");
            wire.Remove("paymasterPostOpGasLimit");
        }

        JsonElement answer = await rig.Node.CallAsync(
            stranger.Estimated ? "eth_estimateUserOperationGas" : "bundler_explainPreVerificationGas", wire, stranger.EntryPoint.Address.ToString());
        if (!answer.TryGetProperty("result", out JsonElement result))
        {
            string message = answer.GetProperty("error").GetProperty("message").GetString()!;
            Refuse(stranger, stranger.Estimated ? "estimate" : "preVerificationGas", message);
            if (!auditor.Excuses(message) && message.Contains("does not answer", StringComparison.Ordinal))
            {
                auditor.Find(stranger, $"an estimate blames the Ethereum node: {message}");
            }

            return null;
        }

        return stranger.Estimated
            ? stranger.Operation with
            {
                PreVerificationGas = MethodRig.Quantity(result, "preVerificationGas"),
                CallGasLimit = MethodRig.Quantity(result, "callGasLimit"),
                VerificationGasLimit = MethodRig.Quantity(result, "verificationGasLimit"),
                PaymasterVerificationGasLimit = Given(result, "paymasterVerificationGasLimit"),
                PaymasterPostOpGasLimit = Given(result, "paymasterPostOpGasLimit"),
            }
            : stranger.Operation with { PreVerificationGas = (MethodRig.Quantity(result, "requiredAtMost") * stranger.PreVerificationGasPercent / 100) + (stranger.Sign is not null ? SignatureGas : 0u) };
    }

    private static UInt256 Given(JsonElement estimate, string name) => estimate.TryGetProperty(name, out JsonElement limit) && limit.ValueKind == JsonValueKind.String ? UInt256.ParseQuantity(limit.GetString()!) : UInt256.Zero;

    /// <summary>Numbers differ from one to the next.</summary>
    private void Refuse(Stranger stranger, string step, string message)
    {
        string kind = string.Concat(message.Take(140).Select(each => char.IsAsciiDigit(each) ? '#' : each));
        _refusals.AddOrUpdate($"{stranger.Name}, {step}: {kind}", 1, static (_, count) => count + 1);
    }
}
