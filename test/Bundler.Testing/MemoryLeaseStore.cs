using Bundler.Engine.Fleet;

namespace Bundler.Testing;

/// <summary>The nodes and duties of a fleet in memory, by a clock of the test's own.</summary>
public sealed class MemoryLeaseStore(TimeProvider clock) : ILeaseStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Lease> _leases = [];
    private readonly Dictionary<string, FleetNode> _nodes = [];

    public bool IsShared { get; init; } = true;

    public Task<FleetView> BeatAsync(FleetNode node, TimeSpan duration, Func<FleetView, LeaseDecision> decide, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            DateTimeOffset now = clock.GetUtcNow();
            FleetNode? known = _nodes.GetValueOrDefault(node.Id);
            _nodes[node.Id] = node with { StartedAt = known?.StartedAt ?? now, HeartbeatAt = now, IsToDrain = known?.IsToDrain ?? false };
            foreach (Lease held in View().Of(node.Holder).ToArray())
            {
                _leases[held.Name] = held with { ExpiresAt = now + duration };
            }

            LeaseDecision decision = decide(View());
            foreach (string name in decision.GiveBack)
            {
                _leases[name] = _leases[name] with { ExpiresAt = now };
            }

            foreach (string name in decision.Take)
            {
                _leases[name] = new Lease(name, node.Holder, (_leases.GetValueOrDefault(name)?.Number ?? 0) + 1, now + duration);
            }

            return Task.FromResult(View());
        }
    }

    public Task LeaveAsync(string holder, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (Lease held in View().Of(holder).ToArray())
            {
                _leases[held.Name] = held with { ExpiresAt = clock.GetUtcNow() };
            }

            _nodes.Remove(Lease.NodeOf(holder));
            return Task.CompletedTask;
        }
    }

    public Task<FleetView> ReadAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(View());
        }
    }

    public Task<bool> DrainAsync(string node, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_nodes.TryGetValue(node, out FleetNode? known))
            {
                _nodes[node] = known with { IsToDrain = true };
            }

            return Task.FromResult(known is not null);
        }
    }

    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => Task.Delay(atMost, clock, cancellationToken);

    private FleetView View() => new(clock.GetUtcNow(), [.. _leases.Values], [.. _nodes.Values], []);
}
