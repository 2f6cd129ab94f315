using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Erc4337;

/// <summary>The operations of the userOpHash vectors: chain 56, every field a round number.</summary>
internal static class VectorOperation
{
    public static UInt256 ChainId => 56;

    public static Address Sender { get; } = Address.Parse("0x" + string.Concat(Enumerable.Repeat("11", 20)));

    public static Address Delegate { get; } = Address.Parse("0x" + string.Concat(Enumerable.Repeat("22", 20)));

    public static Address Paymaster { get; } = Address.Parse("0x" + string.Concat(Enumerable.Repeat("33", 20)));

    /// <summary>A: no factory, no paymaster.</summary>
    public static UserOperation Plain { get; } = new()
    {
        Sender = Sender,
        Nonce = new UserOperationNonce(5, 7).Value,
        CallData = Bytes.Parse("0xdeadbeef"),
        VerificationGasLimit = 100_000,
        CallGasLimit = 50_000,
        PreVerificationGas = 50_000,
        MaxFeePerGas = 100_000_000,
        MaxPriorityFeePerGas = 100_000_000,
    };

    /// <summary>D: with a paymaster.</summary>
    public static UserOperation WithPaymaster { get; } = Plain with
    {
        Paymaster = Paymaster,
        PaymasterVerificationGasLimit = 60_000,
        PaymasterPostOpGasLimit = 10_000,
        PaymasterData = Bytes.Parse("0xabcd"),
    };
}
