using System.Runtime.CompilerServices;
using Bundler.Engine;
using Bundler.Engine.Alarms;
using Bundler.Engine.Chain;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Paymaster.Ledger;

/// <summary>
/// Keeps the ledger up to the pool and the chain: what is seen, what has expired, what nobody granted. What blocks do to grants is written where blocks are. Every
/// node that sponsors runs it: each step is a transaction that finds nothing left to do where another node was first.
/// </summary>
internal sealed class GrantKeeper(
    IGrantUpkeep upkeep, OwnPaymasters paymasters, SettledTime settled, IAlarm alarm, ChainProfile profile, IOptions<GrantLedgerOptions> options,
    ILogger<GrantKeeper> logger, TimeProvider clock)
    : EngineLoop<bool>(logger, clock)
{
    /// <summary>Grants in one transaction.</summary>
    private const int StepSize = 200;

    /// <summary>A chain that does not answer must not keep the node from telling of itself, or the ledger looks like an older copy: far below <see cref="LedgerTrust.Fresh"/>.</summary>
    private static readonly TimeSpan _chainPatience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _beatInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _expiryInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _trimInterval = TimeSpan.FromMinutes(10);

    private readonly ILogger _logger = logger;
    private long? _beatAt;
    private long? _expiredAt;
    private long? _trimmedAt;

    /// <summary>Whether the ledger is known to be whole, as last read; <c>null</c>: it was not opened yet.</summary>
    public LedgerStanding? Standing { get; private set; }

    /// <summary>Events without a grant that this node has told, since it started.</summary>
    public long Strays { get; private set; }

    protected override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (paymasters.All.Count == 0)
        {
            return;
        }

        await TellOfItselfAsync(cancellationToken);
        IsDue(ref _beatAt, _beatInterval);
    }

    protected override async IAsyncEnumerable<bool> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (paymasters.All.Count == 0)
        {
            yield break;
        }

        using PeriodicTimer timer = new(_interval, Clock);
        do
        {
            yield return true;
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    protected override async Task StepAsync(bool item, CancellationToken cancellationToken)
    {
        if (IsDue(ref _beatAt, _beatInterval))
        {
            await TellOfItselfAsync(cancellationToken);
        }

        await upkeep.FollowPoolAsync(StepSize, cancellationToken);
        foreach (StrayGrant stray in await upkeep.TakeStraysAsync(StepSize, cancellationToken))
        {
            Strays++;
            alarm.Raise(new Alarm(
                "sponsor.stray", IsCritical: true, stray.OperationHash.ToString(),
                $"paymaster {stray.Paymaster} paid {stray.ActualGasCost} wei in block {stray.BlockNumber} for an operation that the ledger never granted: "
                + "its signer is in foreign hands, or the ledger has lost grants, or a client has sent a grant in another form than it got it in"));
        }

        if (IsDue(ref _expiredAt, _expiryInterval) && await SettledTimeAsync(cancellationToken) is { } time
            && await upkeep.ExpireAsync(time, StepSize, cancellationToken) == StepSize)
        {
            // There is more than one step took: the next one comes with the next tick.
            _expiredAt = null;
        }

        if (IsDue(ref _trimmedAt, _trimInterval)
            && await upkeep.TrimAsync(Clock.GetUtcNow() - TimeSpan.FromDays(options.Value.KeepDays), StepSize, cancellationToken) >= StepSize)
        {
            // Grants and sums, each up to a step.
            _trimmedAt = null;
        }
    }

    private async Task<ulong?> SettledTimeAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(_chainPatience, Clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        return await settled.ReadAsync(either.Token);
    }

    private async Task TellOfItselfAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = Clock.GetUtcNow();
        LedgerStanding standing = await upkeep.OpenAsync(new LedgerOpening(paymasters.Addresses, now, paymasters.LongestSeconds, profile.Development), cancellationToken);
        if (standing.DistrustedUntil > (ulong)now.ToUnixTimeSeconds() && standing != Standing)
        {
            _logger.LedgerDistrusted(DateTimeOffset.FromUnixTimeSeconds((long)standing.DistrustedUntil));
        }

        Standing = standing;
    }

    private bool IsDue(ref long? lastAt, TimeSpan interval)
    {
        if (lastAt is { } last && Clock.GetElapsedTime(last) < interval)
        {
            return false;
        }

        lastAt = Clock.GetTimestamp();
        return true;
    }
}
