using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>One EntryPoint contract: its version's codecs at an address.</summary>
public sealed record EntryPoint(EntryPointVersion Version, Address Address, IOperationCodec Operations, IBundleCodec Bundles)
{
    /// <summary>The version as people write it: 0.6 … 0.9.</summary>
    public string VersionText => Version switch
    {
        EntryPointVersion.V06 => "0.6",
        EntryPointVersion.V07 => "0.7",
        EntryPointVersion.V08 => "0.8",
        _ => "0.9",
    };

    /// <summary>v0.7+: the paymaster has gas limits of its own.</summary>
    public bool HasPaymasterGasLimits => Version >= EntryPointVersion.V07;

    /// <summary>The userOpHash of an operation for this EntryPoint.</summary>
    public Hash32 Hash(UserOperation operation, UInt256 chainId, Address? @delegate) =>
        Operations.Hash(operation, Address, chainId, operation.Eip7702Auth?.Address ?? @delegate);

    /// <summary>The userOpHash, or why the EntryPoint has none for the operation: that is the sender's fault.</summary>
    public Outcome<Hash32> HashOrRejection(UserOperation operation, UInt256 chainId, Address? @delegate)
    {
        try
        {
            return Hash(operation, chainId, @delegate);
        }
        catch (CodecException unhashable)
        {
            return new Rejection.InvalidFields(unhashable.Path, unhashable.Reason);
        }
    }

    /// <summary>The most an operation can cost its payer, in wei (section "required prefund" of the EntryPoint).</summary>
    public UInt256 RequiredPrefund(UserOperation operation)
    {
        UInt256 gas = Version == EntryPointVersion.V06
            ? operation.CallGasLimit + operation.VerificationGasLimit * (operation.Paymaster is null ? 1 : 3) + operation.PreVerificationGas
            : operation.VerificationGasLimit + operation.CallGasLimit + operation.PaymasterVerificationGasLimit
              + operation.PaymasterPostOpGasLimit + operation.PreVerificationGas;
        return gas * operation.MaxFeePerGas;
    }

    /// <summary>wei per gas that the operation pays at a base fee.</summary>
    public static UInt256 GasPrice(UserOperation operation, UInt256 baseFeePerGas) =>
        UInt256.Min(operation.MaxFeePerGas, operation.MaxPriorityFeePerGas + baseFeePerGas);
}
