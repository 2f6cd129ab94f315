using System.Numerics;
using Nethereum.ABI.EIP712;
using Newtonsoft.Json.Linq;

namespace Bundler.Client.Operations;

/// <summary>An EntryPoint contract: its address, and the version that it speaks.</summary>
/// <param name="Version">Which form, hash and signature its operations have.</param>
/// <param name="Address">Where it stands.</param>
public sealed record EntryPoint(EntryPointVersion Version, string Address)
{
    /// <summary>EntryPoint v0.6 at its address on every chain.</summary>
    public static EntryPoint V06 { get; } = new(EntryPointVersion.V06, "0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789");

    /// <summary>EntryPoint v0.7 at its address on every chain.</summary>
    public static EntryPoint V07 { get; } = new(EntryPointVersion.V07, "0x0000000071727De22E5E9d8BAf0edAc6f37da032");

    /// <summary>EntryPoint v0.8 at its address on every chain.</summary>
    public static EntryPoint V08 { get; } = new(EntryPointVersion.V08, "0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108");

    /// <summary>EntryPoint v0.9 at its address on every chain.</summary>
    public static EntryPoint V09 { get; } = new(EntryPointVersion.V09, "0x433709009B8330FDa32311DF1C2AFA402eD8D009");

    /// <summary>The published EntryPoints, oldest first.</summary>
    public static IReadOnlyList<EntryPoint> Published { get; } = [V06, V07, V08, V09];

    /// <summary>Whether the userOpHash is an EIP-712 digest that accounts sign as it is.</summary>
    public bool SignsTypedData => Version >= EntryPointVersion.V08;

    /// <summary>An operation as the bundler takes it (ERC-7769); fields that are not set are left out.</summary>
    /// <param name="operation">The operation, whole or still to be estimated.</param>
    public JObject ToJson(UserOperation operation) => OperationJson.Write(operation, Version);

    /// <summary>The userOpHash.</summary>
    /// <param name="operation">The operation with all its gas and fees; the signature does not matter.</param>
    /// <param name="chainId">The chain that it is for.</param>
    /// <param name="delegate">What an EIP-7702 sender delegates to, if the operation has the marker but no tuple.</param>
    /// <exception cref="InvalidOperationException">A gas or fee value is missing.</exception>
    public string Hash(UserOperation operation, BigInteger chainId, string? @delegate = null) => OperationHash.Of(operation, this, chainId, @delegate);

    /// <summary>What accounts of v0.8 and later sign, for wallets that show it (eth_signTypedData_v4).</summary>
    /// <inheritdoc cref="Hash"/>
    /// <exception cref="NotSupportedException">Before v0.8 the userOpHash is signed as a message.</exception>
    public TypedData<Domain> TypedData(UserOperation operation, BigInteger chainId, string? @delegate = null) => SignsTypedData
        ? OperationTypedData.Of(operation, this, chainId, @delegate)
        : throw new NotSupportedException($"EntryPoint {Version} has no EIP-712 form: sign the userOpHash as a message (EIP-191)");
}
