using Bundler.Ethereum.Abi;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>The errors of the EntryPoints, by name; a version's list is what its handleOps and its stake functions can revert with.</summary>
public static class EntryPointErrors
{
    public static AbiError FailedOp { get; } = AbiError.Parse("FailedOp(uint256 opIndex,string reason)");

    /// <summary>v0.7+: with the revert data of the account or paymaster.</summary>
    public static AbiError FailedOpWithRevert { get; } = AbiError.Parse("FailedOpWithRevert(uint256 opIndex,string reason,bytes inner)");

    public static AbiError SignatureValidationFailed { get; } = AbiError.Parse("SignatureValidationFailed(address aggregator)");

    /// <summary>What getSenderAddress answers with.</summary>
    public static AbiError SenderAddressResult { get; } = AbiError.Parse("SenderAddressResult(address sender)");

    /// <summary>v0.7+: inside innerHandleOp only.</summary>
    public static AbiError PostOpReverted { get; } = AbiError.Parse("PostOpReverted(bytes returnData)");

    /// <summary>v0.7+: what delegateAndRevert answers with.</summary>
    public static AbiError DelegateAndRevert { get; } = AbiError.Parse("DelegateAndRevert(bool success,bytes ret)");

    /// <summary>v0.7 and v0.8.</summary>
    public static AbiError ReentrancyGuardReentrantCall { get; } = AbiError.Parse("ReentrancyGuardReentrantCall()");

    /// <summary>v0.6: the answer of simulateValidation.</summary>
    public static AbiError ValidationResult { get; } = AbiError.Parse(
        "ValidationResult((uint256 preOpGas,uint256 prefund,bool sigFailed,uint48 validAfter,uint48 validUntil,bytes paymasterContext) returnInfo,"
        + "(uint256 stake,uint256 unstakeDelaySec) senderInfo,(uint256 stake,uint256 unstakeDelaySec) factoryInfo,"
        + "(uint256 stake,uint256 unstakeDelaySec) paymasterInfo)");

    /// <summary>v0.6: the answer of simulateValidation for an account with an aggregator.</summary>
    public static AbiError ValidationResultWithAggregation { get; } = AbiError.Parse(
        "ValidationResultWithAggregation((uint256 preOpGas,uint256 prefund,bool sigFailed,uint48 validAfter,uint48 validUntil,bytes paymasterContext) returnInfo,"
        + "(uint256 stake,uint256 unstakeDelaySec) senderInfo,(uint256 stake,uint256 unstakeDelaySec) factoryInfo,"
        + "(uint256 stake,uint256 unstakeDelaySec) paymasterInfo,"
        + "(address aggregator,(uint256 stake,uint256 unstakeDelaySec) stakeInfo) aggregatorInfo)");

    /// <summary>v0.6: the answer of simulateHandleOp.</summary>
    public static AbiError ExecutionResult { get; } = AbiError.Parse(
        "ExecutionResult(uint256 preOpGas,uint256 paid,uint48 validAfter,uint48 validUntil,bool targetSuccess,bytes targetResult)");

    public static IReadOnlyList<AbiError> V06 { get; } =
        [FailedOp, SignatureValidationFailed, SenderAddressResult, ValidationResult, ValidationResultWithAggregation, ExecutionResult];

    public static IReadOnlyList<AbiError> V07 { get; } =
    [
        FailedOp, FailedOpWithRevert, SignatureValidationFailed, SenderAddressResult, PostOpReverted, DelegateAndRevert, ReentrancyGuardReentrantCall,
    ];

    public static IReadOnlyList<AbiError> V08 => V07;

    /// <summary>v0.9 says with errors of their own what was AA9x text before; they name no operation.</summary>
    public static IReadOnlyList<AbiError> V09 { get; } =
    [
        FailedOp,
        FailedOpWithRevert,
        SignatureValidationFailed,
        SenderAddressResult,
        PostOpReverted,
        DelegateAndRevert,
        AbiError.Parse("Reentrancy()"),
        AbiError.Parse("InvalidBeneficiary(address beneficiary)"),
        AbiError.Parse("FailedSendToBeneficiary(address beneficiary,uint256 amount,bytes revertData)"),
        AbiError.Parse("InternalFunction()"),
        AbiError.Parse("InvalidPaymaster(address paymaster)"),
        AbiError.Parse("InvalidPaymasterData(uint256 paymasterAndDataLength)"),
        AbiError.Parse("InvalidPaymasterSignatureLength(uint256 dataLength,uint256 pmSignatureLength)"),
        AbiError.Parse("Eip7702SenderNotDelegate(address sender)"),
        AbiError.Parse("Eip7702SenderWithoutCode(address sender)"),
        AbiError.Parse("InsufficientDeposit(uint256 currentDeposit,uint256 withdrawAmount)"),
        AbiError.Parse("InvalidStake(uint256 msgValue,uint256 currentStake)"),
        AbiError.Parse("InvalidUnstakeDelay(uint256 newUnstakeDelaySec,uint256 currentUnstakeDelaySec)"),
        AbiError.Parse("NotStaked(uint256 currentStake,uint256 unstakeDelaySec,bool staked)"),
        AbiError.Parse("StakeNotUnlocked(uint256 withdrawTime,uint256 blockTimestamp)"),
        AbiError.Parse("WithdrawalNotDue(uint256 withdrawTime,uint256 blockTimestamp)"),
        AbiError.Parse("StakeWithdrawalFailed(address account,address withdrawAddress,uint256 amount,bytes revertReason)"),
        AbiError.Parse("DepositWithdrawalFailed(address account,address withdrawAddress,uint256 amount,bytes revertReason)"),
        AbiError.Parse("NotFromEntryPoint(address msgSender,address entity,address entryPoint)"),
    ];

    public static IReadOnlyList<AbiError> Of(EntryPointVersion version) => version switch
    {
        EntryPointVersion.V06 => V06,
        EntryPointVersion.V07 or EntryPointVersion.V08 => V07,
        _ => V09,
    };
}
