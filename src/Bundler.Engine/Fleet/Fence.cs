namespace Bundler.Engine.Fleet;

/// <summary>The number under which a node holds a duty: whoever takes the duty next has a higher one, and what is written under the old one is refused.</summary>
/// <param name="Name">The duty, a name of <see cref="DutyNames"/>.</param>
/// <param name="Holder">The node.</param>
/// <param name="Number">Grows with every holder.</param>
public sealed record Fence(string Name, string Holder, long Number)
{
    /// <summary>That of a node which has its database for itself: nobody is there to refuse for.</summary>
    public static Fence Sole { get; } = new("", "", 0);

    public bool IsSole => Number == 0;
}
