namespace Bundler.Engine.Fleet;

/// <summary>Who has a duty until when, as the database has it and by the database's clock.</summary>
/// <param name="Name">The duty.</param>
/// <param name="Holder">The node; the last one, when it is over.</param>
/// <param name="Number">The holder's fencing number.</param>
/// <param name="ExpiresAt">Free for others from then on.</param>
public sealed record Lease(string Name, string Holder, long Number, DateTimeOffset ExpiresAt)
{
    public Fence Fence => new(Name, Holder, Number);
}
