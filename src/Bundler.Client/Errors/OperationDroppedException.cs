using Bundler.Client.Rpc;

namespace Bundler.Client.Errors;

/// <summary>An operation that was taken will not be included.</summary>
public sealed class OperationDroppedException : Exception
{
    internal OperationDroppedException(string userOpHash, OperationState state, string? reason)
        : base($"the operation {userOpHash} was {(state == OperationState.Replaced ? "replaced" : "dropped")}: {reason ?? "no reason is told"}")
    {
        UserOpHash = userOpHash;
        State = state;
        Reason = reason;
    }

    /// <summary>The operation's hash.</summary>
    public string UserOpHash { get; }

    /// <summary>Dropped or replaced.</summary>
    public OperationState State { get; }

    /// <summary>Why, if the bundler tells.</summary>
    public string? Reason { get; }
}
