using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Rlp;

namespace Bundler.Ethereum.Transactions;

/// <summary>EIP-1559: a fee cap and a tip.</summary>
public sealed record FeeMarketTransaction : Transaction
{
    internal const byte TypeByte = 2;

    /// <summary>In wei for each unit of gas, base fee and tip together.</summary>
    public required UInt256 MaxFeePerGas { get; init; }

    /// <summary>In wei for each unit of gas, for the block's producer.</summary>
    public required UInt256 MaxPriorityFeePerGas { get; init; }

    public IReadOnlyList<AccessListEntry> AccessList { get; init; } = [];

    public override byte Type => TypeByte;

    public bool Equals(FeeMarketTransaction? other) =>
        base.Equals(other)
        && other is not null
        && MaxFeePerGas == other.MaxFeePerGas
        && MaxPriorityFeePerGas == other.MaxPriorityFeePerGas
        && AccessList.SequenceEqual(other.AccessList);

    public override int GetHashCode() => base.GetHashCode();

    internal static (Transaction, Signature) Read(ref RlpReader fields)
    {
        FeeMarketTransaction transaction = new()
        {
            ChainId = fields.ReadInteger(),
            Nonce = fields.ReadUInt64(),
            MaxPriorityFeePerGas = fields.ReadInteger(),
            MaxFeePerGas = fields.ReadInteger(),
            GasLimit = fields.ReadInteger(),
            To = fields.ReadAddressOrNone(),
            Value = fields.ReadInteger(),
            Data = Bytes.From(fields.ReadBytes()),
            AccessList = AccessListEntry.ReadAll(ref fields),
        };
        return (transaction, ReadSignature(ref fields));
    }

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
