using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Admission;

/// <summary>All that speaks against an operation, and what its validation showed.</summary>
public sealed record AdmissionReport
{
    /// <summary>Null where the fields alone forbid to go on.</summary>
    public Hash32? UserOpHash { get; init; }

    /// <summary>Every reason, in the order of <see cref="AdmissionRules"/>, validation between the pool's rules and the last ones; none: it would be taken.</summary>
    public required IReadOnlyList<Rejection> Rejections { get; init; }

    /// <summary>Null where the fields alone forbid to go on.</summary>
    public ValidationReport? Validation { get; init; }
}
