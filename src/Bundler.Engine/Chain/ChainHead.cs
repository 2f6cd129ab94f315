using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Chain;

/// <summary>A block that was the newest when it was seen; timestamp in unix seconds, base fee in wei per gas (0 where the chain has none).</summary>
public sealed record ChainHead(ulong Number, Hash32 Hash, Hash32 ParentHash, ulong Timestamp, UInt256 BaseFeePerGas)
{
    /// <summary>The most gas that its transactions may have together.</summary>
    public ulong GasLimit { get; init; } = ulong.MaxValue;
}
