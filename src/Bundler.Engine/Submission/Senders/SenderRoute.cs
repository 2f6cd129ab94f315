namespace Bundler.Engine.Submission;

/// <summary>One of the ways in use, and how it has done.</summary>
/// <param name="Name">As in the configuration.</param>
/// <param name="Kind">What it is: public, conditional, or a relay's dialect.</param>
/// <param name="IsPrivate">The public mempool does not see what goes this way.</param>
/// <param name="Sender">The way itself.</param>
/// <param name="Record">What came of it so far.</param>
public sealed record SenderRoute(string Name, string Kind, bool IsPrivate, IBundleSender Sender, SenderRecord Record)
{
    /// <summary>Whoever gets it drops a transaction that would revert.</summary>
    public bool DropsReverts { get; init; }
}
