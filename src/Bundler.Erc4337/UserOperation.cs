using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Erc4337;

/// <summary>A UserOperation of any EntryPoint version, with the ERC's names; a version's wire form is its codec's matter.</summary>
public sealed record UserOperation
{
    /// <summary>The account that makes the operation.</summary>
    public required Address Sender { get; init; }

    /// <summary>Key (192 bits) and sequence (64 bits); see <see cref="UserOperationNonce"/>.</summary>
    public required UInt256 Nonce { get; init; }

    /// <summary>The account's factory; <c>null</c> without initCode; <see cref="EntryPoints.Eip7702Marker"/> for a delegated sender.</summary>
    public Address? Factory { get; init; }

    /// <summary>Call data for the factory, or for the sender's initialisation behind the EIP-7702 marker.</summary>
    public Bytes FactoryData { get; init; }

    public Bytes CallData { get; init; }

    /// <summary>Gas for the execution of the call.</summary>
    public UInt256 CallGasLimit { get; init; }

    /// <summary>Gas for deployment and account validation.</summary>
    public UInt256 VerificationGasLimit { get; init; }

    /// <summary>Gas that pays what the EntryPoint cannot measure: call data, intrinsic and bundle overhead.</summary>
    public UInt256 PreVerificationGas { get; init; }

    /// <summary>wei per gas.</summary>
    public UInt256 MaxFeePerGas { get; init; }

    /// <summary>wei per gas.</summary>
    public UInt256 MaxPriorityFeePerGas { get; init; }

    public Address? Paymaster { get; init; }

    /// <summary>Gas for validatePaymasterUserOp (v0.7+).</summary>
    public UInt256 PaymasterVerificationGasLimit { get; init; }

    /// <summary>Gas for postOp (v0.7+).</summary>
    public UInt256 PaymasterPostOpGasLimit { get; init; }

    public Bytes PaymasterData { get; init; }

    /// <summary>The signature that v0.9 keeps out of the userOpHash; <c>null</c> when there is no such suffix.</summary>
    public Bytes? PaymasterSignature { get; init; }

    public Bytes Signature { get; init; }

    /// <summary>The EIP-7702 tuple that delegates the sender in the bundle's transaction.</summary>
    public Authorization? Eip7702Auth { get; init; }

    /// <summary>Sender, factory, paymaster and aggregator, as far as there are any; the EIP-7702 marker is no factory.</summary>
    /// <param name="aggregator">As validation has named it; the operation itself does not tell.</param>
    public IEnumerable<Entity> EntitiesWith(Address? aggregator)
    {
        yield return new Entity(EntityKind.Account, Sender);
        if (Factory is { } factory && factory != EntryPoints.Eip7702Marker.Address)
        {
            yield return new Entity(EntityKind.Factory, factory);
        }

        if (Paymaster is { } paymaster)
        {
            yield return new Entity(EntityKind.Paymaster, paymaster);
        }

        if (aggregator is { } named)
        {
            yield return new Entity(EntityKind.Aggregator, named);
        }
    }
}
