namespace Bundler.Engine.Fleet;

/// <summary>Who has a duty until when, as the database has it and by the database's clock.</summary>
/// <param name="Name">The duty.</param>
/// <param name="Holder">The process of a node; the last one, when it is over.</param>
/// <param name="Number">The holder's fencing number.</param>
/// <param name="ExpiresAt">Free for others from then on.</param>
public sealed record Lease(string Name, string Holder, long Number, DateTimeOffset ExpiresAt)
{
    /// <summary>Between a node's id and what tells its processes apart.</summary>
    public const char LifeMark = '#';

    /// <summary>Whose process it is.</summary>
    public string Node => NodeOf(Holder);

    public static string NodeOf(string holder) => holder.LastIndexOf(LifeMark) is > 0 and int end ? holder[..end] : holder;

    public Fence Fence => new(Name, Holder, Number);
}
