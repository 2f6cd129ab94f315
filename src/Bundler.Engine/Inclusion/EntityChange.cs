using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>What a block did to an entity that pending operations may name.</summary>
public enum EntityChangeKind
{
    /// <summary>It executed an operation: nonces, owners, balances may be others.</summary>
    Executed,

    /// <summary>Its deposit became less.</summary>
    DepositLess,

    /// <summary>Its stake was unlocked or withdrawn.</summary>
    StakeLess,
}

/// <summary>One entity that is not what it was when operations that name it were validated.</summary>
public readonly record struct EntityChange(Address EntryPoint, Address Entity, EntityChangeKind Kind)
{
    /// <summary>The events beside UserOperationEvent that can make a pending operation invalid.</summary>
    public static IReadOnlyList<Hash32> Topics { get; } =
        [EntryPointEvents.Withdrawn.Topic, EntryPointEvents.StakeUnlocked.Topic, EntryPointEvents.StakeWithdrawn.Topic];

    /// <summary>What one of those events says; <c>null</c> for any other.</summary>
    public static EntityChange? Of(LogEntry log) =>
        log.Topics.Count > 1 && Topics.Contains(log.Topics[0])
            ? new EntityChange(
                log.Address,
                Address.FromWord(log.Topics[1].Span),
                log.Topics[0] == EntryPointEvents.Withdrawn.Topic ? EntityChangeKind.DepositLess : EntityChangeKind.StakeLess)
            : null;

    /// <summary>An operation was executed, or its execution undone: the account acted, and somebody paid.</summary>
    public static IEnumerable<EntityChange> Of(IncludedOperation operation)
    {
        yield return new EntityChange(operation.EntryPoint, operation.Sender, EntityChangeKind.Executed);
        if (operation.Paymaster is { } paymaster)
        {
            yield return new EntityChange(operation.EntryPoint, paymaster, EntityChangeKind.DepositLess);
        }
    }
}
