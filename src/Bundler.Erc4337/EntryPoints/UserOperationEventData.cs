using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>A decoded UserOperationEvent: what an operation did and cost.</summary>
/// <param name="UserOpHash">The operation.</param>
/// <param name="Sender">Its account.</param>
/// <param name="Paymaster">Who paid; <c>null</c> when the account did.</param>
/// <param name="Nonce">Key and sequence.</param>
/// <param name="Success">Whether the execution did not revert.</param>
/// <param name="ActualGasCost">wei.</param>
/// <param name="ActualGasUsed">Gas, preVerificationGas and penalties included.</param>
public sealed record UserOperationEventData(
    Hash32 UserOpHash, Address Sender, Address? Paymaster, UInt256 Nonce, bool Success, UInt256 ActualGasCost, UInt256 ActualGasUsed)
{
    /// <exception cref="CodecException">The log of another event, or a malformed one.</exception>
    public static UserOperationEventData Decode(IReadOnlyList<Hash32> topics, Bytes data)
    {
        object[] values = EntryPointEvents.UserOperationEvent.Decode(topics, data);
        Address paymaster = (Address)values[2];
        return new UserOperationEventData(
            (Hash32)values[0],
            (Address)values[1],
            paymaster.IsZero ? null : paymaster,
            (UInt256)values[3],
            (bool)values[4],
            (UInt256)values[5],
            (UInt256)values[6]);
    }
}
