using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337;

/// <summary>The answer of eth_estimateUserOperationGas (ERC-7769), in gas; the paymaster's limits only where there is a paymaster (v0.7+).</summary>
public sealed record GasEstimate(
    UInt256 PreVerificationGas,
    UInt256 VerificationGasLimit,
    UInt256 CallGasLimit,
    UInt256? PaymasterVerificationGasLimit,
    UInt256? PaymasterPostOpGasLimit);
