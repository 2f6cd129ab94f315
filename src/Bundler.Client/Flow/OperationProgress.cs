namespace Bundler.Client.Flow;

/// <summary>How far an operation has come.</summary>
/// <param name="Stage">The stage that it has reached.</param>
/// <param name="UserOpHash">Its hash, once it is sent.</param>
/// <param name="TransactionHash">The bundle's transaction, if it is known; it may still be replaced.</param>
/// <param name="Reason">Why it waits, if the bundler tells.</param>
public sealed record OperationProgress(OperationStage Stage, string? UserOpHash = null, string? TransactionHash = null, string? Reason = null);
