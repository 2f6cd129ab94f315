using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Rlp;

namespace Bundler.Ethereum.Transactions;

/// <summary>EIP-2930: a gas price and an access list.</summary>
public sealed record AccessListTransaction : Transaction
{
    internal const byte TypeByte = 1;

    /// <summary>In wei for each unit of gas.</summary>
    public required UInt256 GasPrice { get; init; }

    public IReadOnlyList<AccessListEntry> AccessList { get; init; } = [];

    public override byte Type => TypeByte;

    public bool Equals(AccessListTransaction? other) =>
        base.Equals(other)
        && other is not null
        && GasPrice == other.GasPrice
        && AccessList.SequenceEqual(other.AccessList);

    public override int GetHashCode() => base.GetHashCode();

    internal static (Transaction, Signature) Read(ref RlpReader fields)
    {
        AccessListTransaction transaction = new()
        {
            ChainId = fields.ReadInteger(),
            Nonce = fields.ReadUInt64(),
            GasPrice = fields.ReadInteger(),
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
        writer.WriteInteger(GasPrice);
        writer.WriteInteger(GasLimit);
        writer.WriteAddress(To);
        writer.WriteInteger(Value);
        writer.WriteBytes(Data);
        AccessListEntry.WriteAll(writer, AccessList);
    }
}
