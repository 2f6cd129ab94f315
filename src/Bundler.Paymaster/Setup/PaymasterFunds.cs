using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Setup;

/// <summary>What the EntryPoint says of a paymaster (getDepositInfo).</summary>
/// <param name="Deposit">wei.</param>
/// <param name="IsStaked">Not while it is being unlocked.</param>
/// <param name="Stake">wei.</param>
/// <param name="UnstakeDelaySec">Seconds.</param>
/// <param name="WithdrawTime">Unix seconds from when an unlocked stake may leave; 0: it is not unlocked.</param>
public sealed record PaymasterFunds(UInt256 Deposit, bool IsStaked, UInt256 Stake, uint UnstakeDelaySec, ulong WithdrawTime)
{
    /// <exception cref="CodecException">Not what getDepositInfo returns.</exception>
    public static PaymasterFunds Decode(Bytes answer)
    {
        object[] info = (object[])EntryPointCalls.GetDepositInfo.DecodeResult(answer)[0];
        return new PaymasterFunds((UInt256)info[0], (bool)info[1], (UInt256)info[2], (uint)(ulong)(UInt256)info[3], (ulong)(UInt256)info[4]);
    }
}
