using Bundler.Ethereum.Abi;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>The events of the EntryPoints; all versions have them unless said otherwise.</summary>
public static class EntryPointEvents
{
    /// <summary>The end of an operation; see <see cref="UserOperationEventData"/>.</summary>
    public static AbiEvent UserOperationEvent { get; } = AbiEvent.Parse(
        "UserOperationEvent(bytes32 indexed userOpHash,address indexed sender,address indexed paymaster,uint256 nonce,bool success,"
        + "uint256 actualGasCost,uint256 actualGasUsed)");

    public static AbiEvent AccountDeployed { get; } =
        AbiEvent.Parse("AccountDeployed(bytes32 indexed userOpHash,address indexed sender,address factory,address paymaster)");

    /// <summary>Between the validations of all operations and the first execution.</summary>
    public static AbiEvent BeforeExecution { get; } = AbiEvent.Parse("BeforeExecution()");

    public static AbiEvent UserOperationRevertReason { get; } =
        AbiEvent.Parse("UserOperationRevertReason(bytes32 indexed userOpHash,address indexed sender,uint256 nonce,bytes revertReason)");

    /// <summary>v0.7+.</summary>
    public static AbiEvent PostOpRevertReason { get; } =
        AbiEvent.Parse("PostOpRevertReason(bytes32 indexed userOpHash,address indexed sender,uint256 nonce,bytes revertReason)");

    /// <summary>v0.7+.</summary>
    public static AbiEvent UserOperationPrefundTooLow { get; } =
        AbiEvent.Parse("UserOperationPrefundTooLow(bytes32 indexed userOpHash,address indexed sender,uint256 nonce)");

    /// <summary>In handleAggregatedOps: the aggregator of the operations that follow.</summary>
    public static AbiEvent SignatureAggregatorChanged { get; } = AbiEvent.Parse("SignatureAggregatorChanged(address indexed aggregator)");

    public static AbiEvent Deposited { get; } = AbiEvent.Parse("Deposited(address indexed account,uint256 totalDeposit)");

    public static AbiEvent Withdrawn { get; } = AbiEvent.Parse("Withdrawn(address indexed account,address withdrawAddress,uint256 amount)");

    public static AbiEvent StakeLocked { get; } = AbiEvent.Parse("StakeLocked(address indexed account,uint256 totalStaked,uint256 unstakeDelaySec)");

    public static AbiEvent StakeUnlocked { get; } = AbiEvent.Parse("StakeUnlocked(address indexed account,uint256 withdrawTime)");

    public static AbiEvent StakeWithdrawn { get; } =
        AbiEvent.Parse("StakeWithdrawn(address indexed account,address withdrawAddress,uint256 amount)");

    /// <summary>v0.9.</summary>
    public static AbiEvent EIP7702AccountInitialized { get; } =
        AbiEvent.Parse("EIP7702AccountInitialized(bytes32 indexed userOpHash,address indexed sender,address indexed delegate)");

    /// <summary>v0.9: the sender existed already; earlier versions revert with AA10.</summary>
    public static AbiEvent IgnoredInitCode { get; } =
        AbiEvent.Parse("IgnoredInitCode(bytes32 indexed userOpHash,address indexed sender,address unusedFactory)");
}
