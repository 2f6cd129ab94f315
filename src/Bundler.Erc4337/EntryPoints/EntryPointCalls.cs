using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>The functions of the EntryPoint and its SenderCreator that take no operation, the same in every version unless said otherwise.</summary>
public static class EntryPointCalls
{
    public static AbiFunction GetNonce { get; } = AbiFunction.Parse("getNonce(address sender,uint192 key) returns (uint256 nonce)");

    public static AbiFunction IncrementNonce { get; } = AbiFunction.Parse("incrementNonce(uint192 key)");

    public static AbiFunction NonceSequenceNumber { get; } = AbiFunction.Parse("nonceSequenceNumber(address,uint192) returns (uint256)");

    public static AbiFunction DepositTo { get; } = AbiFunction.Parse("depositTo(address account)");

    public static AbiFunction BalanceOf { get; } = AbiFunction.Parse("balanceOf(address account) returns (uint256)");

    /// <summary>v0.6 returns the deposit as a uint112, which reads as a uint256.</summary>
    public static AbiFunction GetDepositInfo { get; } = AbiFunction.Parse(
        "getDepositInfo(address account) returns ((uint256 deposit,bool staked,uint112 stake,uint32 unstakeDelaySec,uint48 withdrawTime) info)");

    public static AbiFunction AddStake { get; } = AbiFunction.Parse("addStake(uint32 unstakeDelaySec)");

    public static AbiFunction UnlockStake { get; } = AbiFunction.Parse("unlockStake()");

    public static AbiFunction WithdrawStake { get; } = AbiFunction.Parse("withdrawStake(address withdrawAddress)");

    public static AbiFunction WithdrawTo { get; } = AbiFunction.Parse("withdrawTo(address withdrawAddress,uint256 withdrawAmount)");

    /// <summary>Answers by reverting with <see cref="EntryPointErrors.SenderAddressResult"/>.</summary>
    public static AbiFunction GetSenderAddress { get; } = AbiFunction.Parse("getSenderAddress(bytes initCode)");

    /// <summary>v0.8+.</summary>
    public static AbiFunction SenderCreator { get; } = AbiFunction.Parse("senderCreator() returns (address)");

    /// <summary>v0.8+.</summary>
    public static AbiFunction GetDomainSeparatorV4 { get; } = AbiFunction.Parse("getDomainSeparatorV4() returns (bytes32)");

    /// <summary>v0.8+.</summary>
    public static AbiFunction GetPackedUserOpTypeHash { get; } = AbiFunction.Parse("getPackedUserOpTypeHash() returns (bytes32)");

    /// <summary>v0.9.</summary>
    public static AbiFunction GetCurrentUserOpHash { get; } = AbiFunction.Parse("getCurrentUserOpHash() returns (bytes32)");

    /// <summary>EntryPoint → SenderCreator.</summary>
    public static AbiFunction CreateSender { get; } = AbiFunction.Parse("createSender(bytes initCode) returns (address sender)");

    /// <summary>EntryPoint → SenderCreator, v0.8+.</summary>
    public static AbiFunction InitEip7702Sender { get; } = AbiFunction.Parse("initEip7702Sender(address sender,bytes initCallData)");

    /// <summary>
    /// The answer of <see cref="GetDepositInfo"/>. A stake that is being unlocked counts with a delay of zero: it is on its way out.
    /// </summary>
    /// <exception cref="CodecException">Not what the function returns.</exception>
    public static StakeInfo DecodeDepositInfo(Address address, Bytes result)
    {
        object[] info = (object[])GetDepositInfo.DecodeResult(result)[0];
        bool locked = (bool)info[1];
        return new StakeInfo(address, (UInt256)info[2], locked ? (uint)(ulong)(UInt256)info[3] : 0, (UInt256)info[0]);
    }

    /// <summary>The answer of validateUserOp.</summary>
    /// <exception cref="CodecException">Not what the function returns.</exception>
    public static ValidationData DecodeValidation(Bytes result) =>
        ValidationData.Parse((UInt256)OperationCalls.V07.ValidateUserOp.DecodeResult(result)[0]);

    /// <summary>The answer of validatePaymasterUserOp.</summary>
    /// <exception cref="CodecException">Not what the function returns.</exception>
    public static (Bytes Context, ValidationData ValidationData) DecodePaymasterValidation(Bytes result)
    {
        object[] values = OperationCalls.V07.ValidatePaymasterUserOp.DecodeResult(result);
        return ((Bytes)values[0], ValidationData.Parse((UInt256)values[1]));
    }
}
