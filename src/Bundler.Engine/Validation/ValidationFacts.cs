using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>What one batched read learnt of an operation's entities, before it is judged.</summary>
public sealed record ValidationFacts
{
    /// <summary>Empty: the account does not exist yet.</summary>
    public required Bytes SenderCode { get; init; }

    /// <summary><c>null</c> without a factory; the EIP-7702 marker is none.</summary>
    public Bytes? FactoryCode { get; init; }

    /// <summary><c>null</c> without a paymaster.</summary>
    public Bytes? PaymasterCode { get; init; }

    /// <summary>The next sequence of the operation's nonce key at the EntryPoint.</summary>
    public required ulong NonceSequence { get; init; }

    /// <summary>The sender's transaction nonce; read only for operations with an EIP-7702 tuple.</summary>
    public ulong? SenderTransactionCount { get; init; }

    /// <summary>The stake of the sender, the factory and the paymaster.</summary>
    public required IReadOnlyDictionary<Address, StakeInfo> Stakes { get; init; }

    /// <summary>The account whose code the sender runs by EIP-7702, on chain as it is now.</summary>
    public Address? Delegate => Eip7702.DelegateOf(SenderCode);

    public StakeInfo StakeOf(Address address) => Stakes.TryGetValue(address, out StakeInfo info) ? info : StakeInfo.None(address);
}
