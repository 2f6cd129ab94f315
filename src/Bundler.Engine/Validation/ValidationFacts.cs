using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>What one read learnt of an operation's entities, before it is judged.</summary>
public sealed record ValidationFacts
{
    /// <summary>Without code: the account is yet to be deployed.</summary>
    public required AccountState Sender { get; init; }

    /// <summary><c>null</c> without a factory; the EIP-7702 marker is none.</summary>
    public AccountState? Factory { get; init; }

    /// <summary><c>null</c> without a paymaster.</summary>
    public AccountState? Paymaster { get; init; }

    /// <summary>The next sequence of the operation's nonce key at the EntryPoint.</summary>
    public required ulong NonceSequence { get; init; }

    /// <summary>The sender's transaction nonce; read only for operations with an EIP-7702 tuple.</summary>
    public ulong? SenderTransactionCount { get; init; }

    /// <summary>The stake of the sender, the factory and the paymaster.</summary>
    public required IReadOnlyDictionary<Address, StakeInfo> Stakes { get; init; }

    /// <summary>The account whose code the sender runs by EIP-7702, on chain as it is now.</summary>
    public Address? Delegate => Sender.Delegate;

    public StakeInfo StakeOf(Address address) => Stakes.TryGetValue(address, out StakeInfo info) ? info : StakeInfo.None(address);
}
