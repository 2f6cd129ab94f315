using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Contracts;

namespace Bundler.Paymaster;

/// <summary>What to estimate with (ERC-7677).</summary>
/// <param name="Paymaster">Who would pay.</param>
/// <param name="Data">paymasterData; never signed.</param>
/// <param name="VerificationGasLimit">paymasterVerificationGasLimit; zero on v0.6, which has none.</param>
public sealed record SponsorStub(SponsoredPaymaster Paymaster, Bytes Data, UInt256 VerificationGasLimit);
