using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Rlp;

namespace Bundler.Ethereum.Transactions;

/// <summary>EIP-7702: EIP-1559 with at least one authorization to give an account code; it cannot create a contract.</summary>
public sealed record SetCodeTransaction : DynamicFeeTransaction
{
    internal const byte TypeByte = 4;

    public required IReadOnlyList<Authorization> AuthorizationList { get; init; }

    public override byte Type => TypeByte;

    public bool Equals(SetCodeTransaction? other) =>
        base.Equals(other)
        && other is not null
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
        if (To is null)
        {
            throw new CodecException("to", "is needed: an EIP-7702 transaction cannot create a contract");
        }

        base.WriteFields(writer);
        Authorization.WriteAll(writer, AuthorizationList);
    }
}
