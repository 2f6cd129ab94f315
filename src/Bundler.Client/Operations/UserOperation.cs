using System.Numerics;
using Bundler.Client.Json;
using Newtonsoft.Json;

namespace Bundler.Client.Operations;

/// <summary>
/// A UserOperation of any EntryPoint, with the names of ERC-4337; <see cref="EntryPoint.ToJson"/> gives it the form of a version. Addresses and data are
/// hex text as in Nethereum's own types, quantities are numbers; gas and fees that are null are still to be estimated.
/// </summary>
[JsonConverter(typeof(UserOperationConverter))]
public sealed record UserOperation
{
    /// <summary>The short form of the factory that says: the sender is delegated by EIP-7702.</summary>
    public const string Eip7702Marker = "0x7702";

    /// <summary>No bytes.</summary>
    public const string NoData = "0x";

    /// <summary>The account that makes the operation.</summary>
    public required string Sender { get; init; }

    /// <summary>Key (192 bits) and sequence (64 bits).</summary>
    public required BigInteger Nonce { get; init; }

    /// <summary>What creates the account; <see cref="Eip7702Marker"/> for a delegated sender.</summary>
    public string? Factory { get; init; }

    /// <summary>What the factory is called with.</summary>
    public string FactoryData { get; init; } = NoData;

    /// <summary>What the account is called with.</summary>
    public string CallData { get; init; } = NoData;

    /// <summary>Gas for the call.</summary>
    public BigInteger? CallGasLimit { get; init; }

    /// <summary>Gas for deployment and validation.</summary>
    public BigInteger? VerificationGasLimit { get; init; }

    /// <summary>Gas for what the EntryPoint cannot measure.</summary>
    public BigInteger? PreVerificationGas { get; init; }

    /// <summary>wei per gas.</summary>
    public BigInteger? MaxFeePerGas { get; init; }

    /// <summary>wei per gas.</summary>
    public BigInteger? MaxPriorityFeePerGas { get; init; }

    /// <summary>Who pays; the account itself if there is none.</summary>
    public string? Paymaster { get; init; }

    /// <summary>Gas for the paymaster's validation (v0.7+).</summary>
    public BigInteger? PaymasterVerificationGasLimit { get; init; }

    /// <summary>Gas for the paymaster's postOp (v0.7+).</summary>
    public BigInteger? PaymasterPostOpGasLimit { get; init; }

    /// <summary>What the paymaster is given.</summary>
    public string PaymasterData { get; init; } = NoData;

    /// <summary>The paymaster's signature beside the hash (v0.9).</summary>
    public string? PaymasterSignature { get; init; }

    /// <summary>The account's signature.</summary>
    public string Signature { get; init; } = NoData;

    /// <summary>The EIP-7702 tuple that delegates the sender in the bundle's transaction.</summary>
    public Eip7702Authorization? Eip7702Auth { get; init; }
}
