using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337;

/// <summary>The roles that ERC-7562 speaks of.</summary>
public enum EntityKind
{
    Account,
    Factory,
    Paymaster,
    Aggregator,
}

/// <summary>An address in its role.</summary>
public readonly record struct Entity(EntityKind Kind, Address Address)
{
    /// <summary>The role in the words of error messages: account, factory, paymaster, aggregator.</summary>
    public string Title => Kind switch
    {
        EntityKind.Account => "account",
        EntityKind.Factory => "factory",
        EntityKind.Paymaster => "paymaster",
        _ => "aggregator",
    };

    public override string ToString() => $"{Title} {Address}";
}
