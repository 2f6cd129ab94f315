using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Rlp;

namespace Bundler.Ethereum.Transactions;

/// <summary>What all transaction types share (EIP-2718): the fields of a call, the digest to sign, and the signed bytes.</summary>
public abstract record Transaction
{
    public required UInt256 ChainId { get; init; }

    public required ulong Nonce { get; init; }

    public required UInt256 GasLimit { get; init; }

    /// <summary>Null creates a contract.</summary>
    public required Address? To { get; init; }

    /// <summary>In wei.</summary>
    public UInt256 Value { get; init; }

    public Bytes Data { get; init; }

    /// <summary>The EIP-2718 type; 0 is the legacy form, which has no type byte.</summary>
    public abstract byte Type { get; }

    /// <summary>A raw signed transaction.</summary>
    /// <exception cref="CodecException">Malformed, of an unknown type, or signed by nobody (EIP-2: also with a high s).</exception>
    public static SignedTransaction Decode(ReadOnlySpan<byte> raw)
    {
        if (raw.IsEmpty)
        {
            throw new CodecException("a transaction has at least one byte");
        }

        bool isLegacy = raw[0] >= 0xc0;
        RlpReader envelope = new(isLegacy ? raw : raw[1..]);
        RlpReader fields = envelope.ReadList();
        envelope.End();
        (Transaction transaction, Signature signature) = (isLegacy ? 0 : raw[0]) switch
        {
            0 when isLegacy => LegacyTransaction.Read(ref fields),
            AccessListTransaction.TypeByte => AccessListTransaction.Read(ref fields),
            FeeMarketTransaction.TypeByte => FeeMarketTransaction.Read(ref fields),
            SetCodeTransaction.TypeByte => SetCodeTransaction.Read(ref fields),
            _ => throw new CodecException($"transaction type 0x{raw[0]:x2} is not known"),
        };
        fields.End();
        SignedTransaction signed = new(transaction, signature, Bytes.From(raw), Keccak256.Hash(raw));
        return signed.RecoverSender() is null ? throw new CodecException("the signature of the transaction is invalid") : signed;
    }

    /// <summary>The digest that the sender signs.</summary>
    /// <exception cref="CodecException">A field has a value that this type does not allow.</exception>
    public Hash32 SigningHash() => Keccak256.Hash(Encode(null));

    /// <summary>The transaction with its signature, ready to send; the signature is not verified.</summary>
    /// <exception cref="CodecException">A field has a value that this type does not allow.</exception>
    public SignedTransaction Sign(Signature signature)
    {
        Bytes raw = Encode(signature);
        return new SignedTransaction(this, signature, raw, Keccak256.Hash(raw));
    }

    /// <summary>As <see cref="Sign"/>, with the signature of <paramref name="signer"/>.</summary>
    public async ValueTask<SignedTransaction> SignAsync(ISigner signer, CancellationToken cancellationToken) =>
        Sign(await signer.SignAsync(SigningHash(), cancellationToken));

    /// <summary>The fields before the signature, in the order of their EIP.</summary>
    private protected abstract void WriteFields(RlpWriter writer);

    /// <summary>What follows the fields: nothing before signing, then yParity, r and s.</summary>
    private protected virtual void WriteSignature(RlpWriter writer, Signature? signature)
    {
        if (signature is { } present)
        {
            WriteSignature(writer, present.YParity, present);
        }
    }

    private protected static void WriteSignature(RlpWriter writer, UInt256 v, Signature signature)
    {
        writer.WriteInteger(v);
        writer.WriteInteger(signature.R.ToUInt256());
        writer.WriteInteger(signature.S.ToUInt256());
    }

    private protected static Signature ReadSignature(ref RlpReader fields)
    {
        UInt256 yParity = fields.ReadInteger();
        return yParity <= 1
            ? new Signature(Hash32.From(fields.ReadInteger()), Hash32.From(fields.ReadInteger()), (byte)(ulong)yParity)
            : throw new CodecException("yParity", $"must be 0 or 1, got {yParity}");
    }

    private Bytes Encode(Signature? signature)
    {
        RlpWriter writer = Type == 0 ? new RlpWriter() : new RlpWriter(Type);
        writer.StartList();
        WriteFields(writer);
        WriteSignature(writer, signature);
        writer.EndList();
        return writer.ToBytes();
    }
}
