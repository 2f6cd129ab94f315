using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>What the third validation found: that the bundle goes through and what it uses, or which operation stops it.</summary>
public sealed record BundleCheck
{
    /// <summary>Why handleOps reverts; <c>null</c> when it does not.</summary>
    public BundleFault? Fault { get; init; }

    /// <summary>Gas of the whole transaction; EIP-7702 authorizations are counted at their highest price.</summary>
    public ulong GasUsed { get; init; }

    /// <summary>One entry for each operation, in order; empty when handleOps reverts or the node has no tracers.</summary>
    public IReadOnlyList<BundledOperation> Operations { get; init; } = [];

    /// <summary>Entities that behave otherwise than when they were validated alone.</summary>
    public IReadOnlyList<BundleFinding> Findings { get; init; } = [];

    /// <summary>How much each execution adds to a trace, in order, where that was looked at; as far as they came when handleOps reverts.</summary>
    public IReadOnlyList<TraceWeight> Weights { get; init; } = [];

    /// <summary>What the operations cost is told to the last gas.</summary>
    public bool IsExact { get; init; } = true;

    public bool Succeeded => Fault is null;
}

/// <summary>A handleOps that reverts.</summary>
/// <param name="OperationIndex">The operation the EntryPoint names; <c>null</c> when it names none (custom errors of v0.9, out of gas).</param>
/// <param name="Reason">Its AA text, or what else the revert says.</param>
/// <param name="Blamed">The entity to whom the AA code points.</param>
/// <param name="RevertData">As the node gave it.</param>
public sealed record BundleFault(int? OperationIndex, string Reason, Entity? Blamed, Bytes RevertData)
{
    /// <summary>It is the postOp of a paymaster that failed.</summary>
    public bool IsOfPostOp { get; init; }

    /// <summary>It did not revert: the node did not tell, in time or at all, what it does.</summary>
    public bool IsUntraceable { get; init; }

    /// <summary>The node stood still meanwhile.</summary>
    public bool IsDoubtful { get; init; }
}

/// <summary>One operation within a bundle that goes through.</summary>
/// <param name="Success">The execution does not revert.</param>
/// <param name="ActualGasUsed">Gas that the EntryPoint charges.</param>
/// <param name="ActualGasCost">Wei that the EntryPoint charges.</param>
/// <param name="VerificationGasUsed">Gas of deployment and account validation.</param>
/// <param name="PaymasterVerificationGasUsed">Gas of the paymaster's validation.</param>
/// <param name="ContextLength">Bytes of context that the paymaster returned.</param>
public sealed record BundledOperation(
    bool Success, UInt256 ActualGasUsed, UInt256 ActualGasCost, ulong VerificationGasUsed, ulong PaymasterVerificationGasUsed, int ContextLength);

/// <summary>A rule that an entity breaks only in company: EREP-055 or EREP-070.</summary>
public sealed record BundleFinding(string Rule, int OperationIndex, Entity Entity, string Message);
