using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Admission;

/// <summary>What a rule may look at. The later groups of rules see more of it; what a group may rely on is set when it runs.</summary>
public sealed record AdmissionContext
{
    private readonly ValidationResult? _validation;

    public required EntryPoint EntryPoint { get; init; }

    public required UserOperation Operation { get; init; }

    /// <summary>abi.encode of the operation.</summary>
    public required Bytes Packed { get; init; }

    /// <summary>Of the chain: the newest block.</summary>
    public ChainHead Head { get => field ?? throw new InvalidOperationException("the head is not read yet"); init; }

    /// <summary>Of the chain: what one batched read learnt.</summary>
    public ValidationFacts Facts { get => field ?? throw new InvalidOperationException("the facts are not read yet"); init; }

    /// <summary>Of the chain: the fees of the coming block.</summary>
    public FeeQuote Fees { get => field ?? throw new InvalidOperationException("the fees are not read yet"); init; }

    /// <summary>Of the chain: why its node takes no EIP-7702 tuples; <c>null</c> where it does, or there is none.</summary>
    public string? DelegationRefusal { get; init; }

    /// <summary>Of the pool.</summary>
    public Hash32 UserOpHash { get; init; }

    /// <summary>Of the pool: good only while the rule runs.</summary>
    public MempoolView Pool { get; init; }

    /// <summary>After validation.</summary>
    public ValidationResult Validation
    {
        get => _validation ?? throw new InvalidOperationException("the operation is not validated yet");
        init => _validation = value;
    }

    /// <summary>Once validation has named one.</summary>
    public Address? Aggregator => _validation?.Aggregator;

    public UserOperationNonce Nonce => UserOperationNonce.Of(Operation.Nonce);

    /// <summary>All that is known before anything is asked.</summary>
    public static AdmissionContext Of(EntryPoint entryPoint, UserOperation operation) =>
        new() { EntryPoint = entryPoint, Operation = operation, Packed = entryPoint.Operations.Pack(operation) };

    /// <summary>The sender's pending operations that must come before this one, in order.</summary>
    public IReadOnlyList<UserOperation> QueuedBefore(MempoolView view) =>
    [
        .. view.Queue(Operation.Sender, Nonce.Key)
            .Where(entry => entry.Nonce.Sequence >= Facts.NonceSequence && entry.Nonce.Sequence < Nonce.Sequence)
            .Select(entry => entry.Operation),
    ];

    /// <summary>Sender, factory and paymaster as entities, and once validation has named it the aggregator.</summary>
    public IEnumerable<Entity> Entities => Operation.EntitiesWith(Aggregator);
}
