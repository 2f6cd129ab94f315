using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Rlp;
using Bundler.Ethereum.Transactions;
using Nethereum.Model;
using Nethereum.Signer;

namespace Bundler.OracleTests.Transactions;

/// <summary>Where ours refuses on purpose what Nethereum reads: one transaction has one encoding and one hash.</summary>
internal sealed class StricterTransactionTests
{
    private static readonly UInt256 _order = UInt256.FromBigEndian(Hex.Decode("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"));

    [Test]
    public void EIP_2_a_high_s_is_refused()
    {
        (FeeMarketTransaction transaction, Ethereum.Crypto.Signature signature) = Signed();
        UInt256 high = _order - signature.S.ToUInt256();
        byte[] raw = Raw(transaction, signature.R.ToUInt256(), high, (byte)(1 - signature.YParity));

        Assert.That(TransactionVerificationAndRecovery.GetSenderAddress(raw.Hex()), Is.Not.Empty, "Nethereum takes it");
        Assert.That(() => Transaction.Decode(raw), Throws.TypeOf<CodecException>());
    }

    [Test]
    public void A_byte_behind_the_transaction_is_refused()
    {
        (FeeMarketTransaction transaction, Ethereum.Crypto.Signature signature) = Signed();
        byte[] raw = [.. Raw(transaction, signature.R.ToUInt256(), signature.S.ToUInt256(), signature.YParity), 0];

        Assert.That(() => TransactionFactory.CreateTransaction(raw), Throws.Nothing, "Nethereum takes it");
        Assert.That(() => Transaction.Decode(raw), Throws.TypeOf<CodecException>());
    }

    [Test]
    public void Leading_zeros_are_refused()
    {
        (FeeMarketTransaction transaction, Ethereum.Crypto.Signature signature) = Signed();
        byte[] raw = Raw(transaction, signature.R.ToUInt256(), signature.S.ToUInt256(), signature.YParity, leadingZero: true);

        Assert.That(TransactionFactory.CreateTransaction(raw).GetNonce(), Is.EqualTo((System.Numerics.BigInteger)transaction.Nonce), "Nethereum takes it");
        Assert.That(() => Transaction.Decode(raw), Throws.TypeOf<CodecException>());
    }

    private static (FeeMarketTransaction Transaction, Ethereum.Crypto.Signature Signature) Signed()
    {
        using PrivateKey key = new Random(2).Key(out _);
        FeeMarketTransaction transaction = new()
        {
            ChainId = 56, Nonce = 7, GasLimit = 21_000, To = new Random(3).Account(), Value = 1, MaxFeePerGas = 9, MaxPriorityFeePerGas = 1,
        };
        return (transaction, key.Sign(transaction.SigningHash()));
    }

    private static byte[] Raw(FeeMarketTransaction transaction, UInt256 r, UInt256 s, byte yParity, bool leadingZero = false)
    {
        RlpWriter writer = new(2);
        writer.StartList();
        writer.WriteInteger(transaction.ChainId);
        if (leadingZero)
        {
            writer.WriteBytes([0, (byte)transaction.Nonce]);
        }
        else
        {
            writer.WriteInteger(transaction.Nonce);
        }

        writer.WriteInteger(transaction.MaxPriorityFeePerGas);
        writer.WriteInteger(transaction.MaxFeePerGas);
        writer.WriteInteger(transaction.GasLimit);
        writer.WriteAddress(transaction.To);
        writer.WriteInteger(transaction.Value);
        writer.WriteBytes([]);
        writer.StartList();
        writer.EndList();
        writer.WriteInteger(yParity);
        writer.WriteInteger(r);
        writer.WriteInteger(s);
        writer.EndList();
        return writer.ToBytes().ToArray();
    }
}
