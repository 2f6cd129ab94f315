using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Rlp;

namespace Bundler.Ethereum.Transactions;

/// <summary>EIP-7702: EIP-1559 with at least one authorization to give an account code; it cannot create a contract.</summary>
public sealed record SetCodeTransaction : Transaction
{
    internal const byte TypeByte = 4;

    /// <summary>In wei for each unit of gas, base fee and tip together.</summary>
    public required UInt256 MaxFeePerGas { get; init; }

    /// <summary>In wei for each unit of gas, for the block's producer.</summary>
    public required UInt256 MaxPriorityFeePerGas { get; init; }

    public IReadOnlyList<AccessListEntry> AccessList { get; init; } = [];

    public required IReadOnlyList<Authorization> AuthorizationList { get; init; }

    public override byte Type => TypeByte;

    public bool Equals(SetCodeTransaction? other) =>
        base.Equals(other)
        && other is not null
        && MaxFeePerGas == other.MaxFeePerGas
        && MaxPriorityFeePerGas == other.MaxPriorityFeePerGas
        && AccessList.SequenceEqual(other.AccessList)
        && AuthorizationList.SequenceEqual(other.AuthorizationList);

    public override int GetHashCode() => base.GetHashCode();

    internal static (Transaction, Signature) Read(ref RlpReader fields)
    {
        SetCodeTransaction transaction = new()
        {
            ChainId = fields.ReadInteger(),
            Nonce = fields.ReadUInt64(),
            MaxPriorityFeePerGas = fields.ReadInteger(),
            MaxFeePerGas = fields.ReadInteger(),
            GasLimit = fields.ReadInteger(),
            To = fields.ReadAddress(),
            Value = fields.ReadInteger(),
            Data = Bytes.From(fields.ReadBytes()),
            AccessList = AccessListEntry.ReadAll(ref fields),
            AuthorizationList = Authorization.ReadAll(ref fields),
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
        writer.WriteAddress(To ?? throw new CodecException("to", "is needed: an EIP-7702 transaction cannot create a contract"));
        writer.WriteInteger(Value);
        writer.WriteBytes(Data);
        AccessListEntry.WriteAll(writer, AccessList);
        Authorization.WriteAll(writer, AuthorizationList);
    }
}
