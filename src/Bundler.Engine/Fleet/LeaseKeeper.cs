using System.Runtime.CompilerServices;
using Bundler.Engine.Chain;
using Bundler.Engine.Submission.Signers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Fleet;

/// <summary>
/// Says that this node is there, keeps its duties, and takes up what is free: with every heartbeat, when a duty of another is over, and when one
/// is given back. The last loop to end: the duties are given back when nothing uses them any more. Silent on a database of one node.
/// </summary>
internal sealed class LeaseKeeper(
    ILeaseStore store, Duties duties, NodeIdentity identity, ServedEntryPoints entryPoints, SignerPool signers, EngineRest rest, Drain drain, FleetMetrics metrics,
    IOptions<FleetOptions> options, ILogger<LeaseKeeper> logger, TimeProvider clock)
    : EngineLoop<bool>(logger, clock)
{
    /// <summary>This node lets go so much earlier than others may take: an eighth of a lease.</summary>
    private const int MarginPart = 8;

    private readonly ILogger _logger = logger;
    private readonly TimeSpan _heartbeat = TimeSpan.FromMilliseconds(options.Value.HeartbeatMilliseconds);
    private readonly TimeSpan _lease = TimeSpan.FromMilliseconds(options.Value.LeaseMilliseconds);
    private readonly FleetPlan _plan = new(
        identity.Holder,
        identity.Roles,
        [.. entryPoints.All.Select(entryPoint => entryPoint.Address)],
        [.. signers.Addresses],
        options.Value.Signers,
        TimeSpan.FromMilliseconds(options.Value.LeaseMilliseconds));

    private Dictionary<string, Fence> _held = [];
    private TimeSpan _pause;
    private bool _isToDrain;
    private bool _isNew = true;

    protected override async IAsyncEnumerable<bool> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!store.IsShared)
        {
            yield break;
        }

        _logger.Joined(identity.Id, identity.Roles.ToString());
        while (!cancellationToken.IsCancellationRequested)
        {
            yield return true;
            await store.WaitAsync(_pause, cancellationToken);
        }
    }

    protected override async Task StepAsync(bool item, CancellationToken cancellationToken)
    {
        bool leaves = _isToDrain && rest.IsAtRest;
        long sent = Clock.GetTimestamp();
        LeaseDecision decided = LeaseDecision.Nothing;
        FleetView view = await store.BeatAsync(identity.Describe(drain.HasBegun) with { IsNew = _isNew }, _lease, Decide, cancellationToken);
        _isNew = false;
        duties.Fleet.Saw(view);
        if (Clock is FleetClock fleet && fleet.Set(view.Now, Clock.GetElapsedTime(sent)))
        {
            _logger.SetClock(fleet.Offset.TotalSeconds);
        }

        duties.Renewed(view.Of(identity.Holder).Select(lease => lease.Fence), sent + (long)((_lease - _lease / MarginPart).TotalSeconds * Clock.TimestampFrequency));
        Tell(view, decided);
        Obey(view);
        _pause = Pause(view);

        LeaseDecision Decide(FleetView seen) => decided = drain.HasBegun && !leaves ? LeaseDecision.Nothing : _plan.Decide(seen, leaves);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!store.IsShared)
        {
            return;
        }

        duties.Renewed([], 0);
        try
        {
            await store.LeaveAsync(identity.Holder, cancellationToken);
        }
        catch (Exception fault) when (fault is StoreUnavailableException or OperationCanceledException)
        {
            _logger.NotGivenBack(fault);
        }
    }

    private TimeSpan Pause(FleetView view)
    {
        TimeSpan left = _plan.NextExpiry(view) - view.Now ?? _heartbeat;
        return left < _heartbeat ? left : _heartbeat;
    }

    private void Tell(FleetView view, LeaseDecision decided)
    {
        Dictionary<string, Fence> now = view.Of(identity.Holder).ToDictionary(lease => lease.Name, lease => lease.Fence);
        foreach (Fence lost in _held.Values.Where(fence => now.GetValueOrDefault(fence.Name) != fence))
        {
            if (decided.GiveBack.Contains(lost.Name))
            {
                _logger.GaveBack(lost.Name);
            }
            else
            {
                _logger.Lost(lost.Name, lost.Number);
                if (view.HeldBy(lost.Name) is { } held && held.Node == identity.Id)
                {
                    _logger.Doubled(identity.Id);
                }

                metrics.Lost(lost.Name);
            }
        }

        foreach (Fence got in now.Values.Where(fence => _held.GetValueOrDefault(fence.Name) != fence))
        {
            _logger.Took(got.Name, got.Number);
            if (got.Number > 1)
            {
                metrics.Took(got.Name);
            }
        }

        _held = now;
    }

    private void Obey(FleetView view)
    {
        if (!_isToDrain && view.Nodes.Any(node => node.Id == identity.Id && node.IsToDrain))
        {
            _isToDrain = true;
            drain.Begin();
            _logger.ToDrain();
        }
    }
}
