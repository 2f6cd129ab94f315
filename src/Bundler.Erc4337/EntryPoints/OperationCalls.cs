using Bundler.Ethereum.Abi;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>The functions that take operations, with a version's tuple: of the EntryPoint, the account, the paymaster and the aggregator.</summary>
public sealed class OperationCalls
{
    private const string TupleTypeV06 =
        "(address sender,uint256 nonce,bytes initCode,bytes callData,uint256 callGasLimit,uint256 verificationGasLimit,uint256 preVerificationGas,"
        + "uint256 maxFeePerGas,uint256 maxPriorityFeePerGas,bytes paymasterAndData,bytes signature)";

    private const string MemoryOperationV06 = "(address,uint256,uint256,uint256,uint256,address,uint256,uint256)";

    private const string MemoryOperationV07 = "(address,uint256,uint256,uint256,uint256,uint256,uint256,address,uint256,uint256)";

    private OperationCalls(string tuple, string memoryOperation, string postOp)
    {
        TupleText = tuple;
        TupleType = AbiType.Parse(tuple);
        HandleOps = AbiFunction.Parse($"handleOps({tuple}[] ops,address beneficiary)");
        HandleAggregatedOps = AbiFunction.Parse(
            $"handleAggregatedOps(({tuple}[] userOps,address aggregator,bytes signature)[] opsPerAggregator,address beneficiary)");
        GetUserOpHash = AbiFunction.Parse($"getUserOpHash({tuple} userOp) returns (bytes32)");
        InnerHandleOp = AbiFunction.Parse(
            $"innerHandleOp(bytes callData,({memoryOperation} mUserOp,bytes32 userOpHash,uint256 prefund,uint256 contextOffset,uint256 preOpGas) opInfo,"
            + "bytes context) returns (uint256 actualGasCost)");
        ValidateUserOp = AbiFunction.Parse(
            $"validateUserOp({tuple} userOp,bytes32 userOpHash,uint256 missingAccountFunds) returns (uint256 validationData)");
        ValidatePaymasterUserOp = AbiFunction.Parse(
            $"validatePaymasterUserOp({tuple} userOp,bytes32 userOpHash,uint256 maxCost) returns (bytes context,uint256 validationData)");
        PostOp = AbiFunction.Parse(postOp);
        ValidateUserOpSignature = AbiFunction.Parse($"validateUserOpSignature({tuple} userOp) returns (bytes sigForUserOp)");
        AggregateSignatures = AbiFunction.Parse($"aggregateSignatures({tuple}[] userOps) returns (bytes aggregatedSignature)");
        ValidateSignatures = AbiFunction.Parse($"validateSignatures({tuple}[] userOps,bytes signature)");
        ExecuteUserOp = AbiFunction.Parse($"executeUserOp({tuple} userOp,bytes32 userOpHash)");
    }

    public static OperationCalls V06 { get; } =
        new(TupleTypeV06, MemoryOperationV06, "postOp(uint8 mode,bytes context,uint256 actualGasCost)");

    /// <summary>v0.7, v0.8 and v0.9.</summary>
    public static OperationCalls V07 { get; } =
        new(PackedUserOperation.TupleType, MemoryOperationV07, "postOp(uint8 mode,bytes context,uint256 actualGasCost,uint256 actualUserOpFeePerGas)");

    /// <summary>The operation's ABI tuple as text, for the signatures of other contracts' functions.</summary>
    public string TupleText { get; }

    /// <summary>The operation's ABI tuple.</summary>
    public AbiType TupleType { get; }

    public AbiFunction HandleOps { get; }

    public AbiFunction HandleAggregatedOps { get; }

    public AbiFunction GetUserOpHash { get; }

    /// <summary>EntryPoint → itself.</summary>
    public AbiFunction InnerHandleOp { get; }

    /// <summary>EntryPoint → account.</summary>
    public AbiFunction ValidateUserOp { get; }

    /// <summary>EntryPoint → paymaster.</summary>
    public AbiFunction ValidatePaymasterUserOp { get; }

    /// <summary>EntryPoint → paymaster.</summary>
    public AbiFunction PostOp { get; }

    /// <summary>Off chain → aggregator.</summary>
    public AbiFunction ValidateUserOpSignature { get; }

    /// <summary>Off chain → aggregator.</summary>
    public AbiFunction AggregateSignatures { get; }

    /// <summary>EntryPoint → aggregator.</summary>
    public AbiFunction ValidateSignatures { get; }

    /// <summary>EntryPoint → account, where callData begins with this selector (v0.7+ only).</summary>
    public AbiFunction ExecuteUserOp { get; }

    public static OperationCalls Of(EntryPointVersion version) => version == EntryPointVersion.V06 ? V06 : V07;
}
