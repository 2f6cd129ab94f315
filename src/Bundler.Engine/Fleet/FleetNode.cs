namespace Bundler.Engine.Fleet;

/// <summary>A node of the fleet, as it said of itself with its last heartbeat; times by the database's clock.</summary>
public sealed record FleetNode
{
    public required string Id { get; init; }

    /// <summary>Whom its duties belong to: the process that beats now.</summary>
    public string Holder
    {
        get => field ?? Id;
        init;
    }

    /// <summary>The first heartbeat of its process: what an earlier one by the same name still has is its own, under new numbers.</summary>
    public bool IsNew { get; init; }

    /// <summary>name/version.</summary>
    public required string Version { get; init; }

    public required NodeRoles Roles { get; init; }

    /// <summary>Where it serves; empty when it serves nobody.</summary>
    public required string Address { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset HeartbeatAt { get; init; }

    /// <summary>It gives its duties back and takes no operations any more.</summary>
    public bool IsDraining { get; init; }

    /// <summary>Why it builds no bundle at all now although it has the duty; <c>null</c>: nothing is in the way.</summary>
    public string? HeldUp { get; init; }

    /// <summary>An operator wants it to drain.</summary>
    public bool IsToDrain { get; init; }
}
