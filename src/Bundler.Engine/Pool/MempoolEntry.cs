using System.Diagnostics;
using Bundler.Engine.Gas;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>Where a pending operation stands.</summary>
public enum EntryState
{
    /// <summary>Being written to the store: it counts for every limit, but is not offered yet.</summary>
    Storing,

    /// <summary>Restored from the store or by a reorganisation: it counts, but is not bundled before it has passed a validation again.</summary>
    Unvalidated,

    /// <summary>Waiting for a bundle.</summary>
    Pending,

    /// <summary>In a bundle that is being built or is in flight: never offered twice.</summary>
    Bundled,
}

/// <summary>An accepted operation. The record is replaced, never changed, when its state does.</summary>
public sealed record MempoolEntry
{
    public required UserOperation Operation { get; init; }

    public required Hash32 UserOpHash { get; init; }

    public required EntryPoint EntryPoint { get; init; }

    /// <summary><c>null</c> while <see cref="EntryState.Unvalidated"/>, and for operations added without validation (debug).</summary>
    public ValidationResult? Validation { get; init; }

    public required DateTimeOffset AdmittedAt { get; init; }

    /// <summary>The head when it was admitted.</summary>
    public required ulong AdmittedAtBlock { get; init; }

    public EntryState State { get; init; } = EntryState.Pending;

    /// <summary>Bytes of the packed operation.</summary>
    public required int Size { get; init; }

    /// <summary>What the packed operation is as call data, in tokens of EIP-7623: counted once, looked at for every bundle.</summary>
    public required ulong CalldataTokens { get; init; }

    /// <summary>Arrival order within this node; breaks ties of value.</summary>
    public required long Sequence { get; init; }

    /// <summary>The span under which it was admitted, if that is recorded: all later spans of it stand below.</summary>
    public ActivityContext AdmittedBy { get; init; }

    /// <summary>As the mempool has weighed it.</summary>
    public Coverage Coverage { get; init; } = Coverage.Full;

    public UserOperationNonce Nonce => UserOperationNonce.Of(Operation.Nonce);

    /// <summary>Sender, factory, paymaster and aggregator, as far as there are any; the EIP-7702 marker is no factory.</summary>
    public IEnumerable<Entity> Entities => Operation.EntitiesWith(Validation?.Aggregator);

    /// <summary>After a reorganisation: when it came back.</summary>
    public DateTimeOffset? ReturnedAt { get; init; }

    /// <summary>Neither on its way into the store nor in a bundle.</summary>
    public bool IsIdle => State is EntryState.Pending or EntryState.Unvalidated;

    /// <summary>It comes behind the other one in the order of their sender's nonce key.</summary>
    public bool Follows(MempoolEntry other) =>
        Operation.Sender == other.Operation.Sender && Nonce.Key == other.Nonce.Key && Nonce.Sequence > other.Nonce.Sequence;

    /// <summary>The addresses whose opsSeen and opsIncluded this operation counts for: factory, paymaster, aggregator, and a staked sender.</summary>
    public IEnumerable<Address> CountedEntities(StakePolicy stakes) =>
        Entities
            .Where(entity => entity.Kind != EntityKind.Account
                || (Validation?.Stakes.TryGetValue(entity.Address, out StakeInfo stake) == true && stakes.IsStaked(stake)))
            .Select(entity => entity.Address)
            .Distinct();
}
