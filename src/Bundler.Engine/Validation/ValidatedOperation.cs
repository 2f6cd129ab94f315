using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;

namespace Bundler.Engine.Validation;

/// <summary>An operation with what its latest validation has shown.</summary>
public sealed record ValidatedOperation(EntryPoint EntryPoint, UserOperation Operation, ValidationResult Validation)
{
    /// <summary>Operations of the same sender and nonce key that come before it in the bundle, in order.</summary>
    public IReadOnlyList<UserOperation> QueuedBefore { get; init; } = [];
}
