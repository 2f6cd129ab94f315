using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Rlp;

namespace Bundler.Ethereum.Transactions;

/// <summary>What EIP-1559 brought and later types kept: a fee cap and a tip, beside the access list of EIP-2930.</summary>
public abstract record DynamicFeeTransaction : Transaction
{
    /// <summary>In wei for each unit of gas, base fee and tip together.</summary>
    public required UInt256 MaxFeePerGas { get; init; }

    /// <summary>In wei for each unit of gas, for the block's producer.</summary>
    public required UInt256 MaxPriorityFeePerGas { get; init; }

    public IReadOnlyList<AccessListEntry> AccessList { get; init; } = [];

    public virtual bool Equals(DynamicFeeTransaction? other) =>
        base.Equals(other)
        && other is not null
        && MaxFeePerGas == other.MaxFeePerGas
        && MaxPriorityFeePerGas == other.MaxPriorityFeePerGas
        && AccessList.SequenceEqual(other.AccessList);

    public override int GetHashCode() => base.GetHashCode();

    private protected override void WriteFields(RlpWriter writer)
    {
        writer.WriteInteger(ChainId);
        writer.WriteInteger(Nonce);
        writer.WriteInteger(MaxPriorityFeePerGas);
        writer.WriteInteger(MaxFeePerGas);
        writer.WriteInteger(GasLimit);
        writer.WriteAddress(To);
        writer.WriteInteger(Value);
        writer.WriteBytes(Data);
        AccessListEntry.WriteAll(writer, AccessList);
    }
}
