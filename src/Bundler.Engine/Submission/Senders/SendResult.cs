using Bundler.Ethereum.Client;

namespace Bundler.Engine.Submission;

/// <summary>What became of the attempt to hand a transaction over.</summary>
public abstract record SendResult
{
    public sealed record Accepted : SendResult
    {
        public static Accepted Instance { get; } = new();
    }

    public sealed record Refused(SendError Refusal) : SendResult;

    /// <summary>No answer that can be read: it may have arrived or not.</summary>
    public sealed record Unanswered(string Fault) : SendResult;
}
