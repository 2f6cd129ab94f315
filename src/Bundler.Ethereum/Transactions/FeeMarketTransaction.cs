using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Rlp;

namespace Bundler.Ethereum.Transactions;

/// <summary>EIP-1559: a fee cap and a tip.</summary>
public sealed record FeeMarketTransaction : DynamicFeeTransaction
{
    internal const byte TypeByte = 2;

    public override byte Type => TypeByte;

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
}
