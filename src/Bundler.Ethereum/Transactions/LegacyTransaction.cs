using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Rlp;

namespace Bundler.Ethereum.Transactions;

/// <summary>The form before EIP-2718; the chain id is part of v (EIP-155), and chain id 0 stands for a transaction without replay protection.</summary>
public sealed record LegacyTransaction : Transaction
{
    /// <summary>In wei for each unit of gas.</summary>
    public required UInt256 GasPrice { get; init; }

    public override byte Type => 0;

    internal static (Transaction, Signature) Read(ref RlpReader fields)
    {
        ulong nonce = fields.ReadUInt64();
        UInt256 gasPrice = fields.ReadInteger();
        UInt256 gasLimit = fields.ReadInteger();
        Address? to = fields.ReadAddressOrNone();
        UInt256 value = fields.ReadInteger();
        Bytes data = Bytes.From(fields.ReadBytes());
        (UInt256 chainId, byte yParity) = SplitV(fields.ReadInteger());
        Signature signature = new(Hash32.From(fields.ReadInteger()), Hash32.From(fields.ReadInteger()), yParity);
        return (new LegacyTransaction
        {
            ChainId = chainId,
            Nonce = nonce,
            GasPrice = gasPrice,
            GasLimit = gasLimit,
            To = to,
            Value = value,
            Data = data,
        }, signature);
    }

    private protected override void WriteFields(RlpWriter writer)
    {
        writer.WriteInteger(Nonce);
        writer.WriteInteger(GasPrice);
        writer.WriteInteger(GasLimit);
        writer.WriteAddress(To);
        writer.WriteInteger(Value);
        writer.WriteBytes(Data);
    }

    private protected override void WriteSignature(RlpWriter writer, Signature? signature)
    {
        if (signature is { } present)
        {
            WriteSignature(writer, ChainId.IsZero ? (uint)(27 + present.YParity) : JoinV(present.YParity), present);
        }
        else if (!ChainId.IsZero)
        {
            writer.WriteInteger(ChainId);
            writer.WriteInteger(UInt256.Zero);
            writer.WriteInteger(UInt256.Zero);
        }
    }

    private static (UInt256 ChainId, byte YParity) SplitV(UInt256 v) =>
        v == 27 || v == 28 ? (UInt256.Zero, (byte)((ulong)v - 27))
        : v >= 37 ? ((v - 35) / 2, (byte)(ulong)((v - 35) % 2))
        : throw new CodecException("v", $"must be 27, 28 or at least 37, got {v}");

    private UInt256 JoinV(byte yParity) =>
        ChainId.BitLength < 255 ? ChainId * 2 + 35 + yParity : throw new CodecException("chainId", "is too large for EIP-155");
}
