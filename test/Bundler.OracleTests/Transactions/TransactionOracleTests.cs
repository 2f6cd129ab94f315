using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Nethereum.Model;
using Nethereum.Signer;
using SignedTransaction = Bundler.Ethereum.Transactions.SignedTransaction;

namespace Bundler.OracleTests.Transactions;

/// <summary>Transactions of types 0, 1, 2 and 4: built, signed and read by both.</summary>
internal sealed class TransactionOracleTests
{
    /// <summary>Recovering a sender takes Nethereum a millisecond and more.</summary>
    private const int Senders = 1_000;

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    public void The_same_fields_have_the_same_digest_and_signed_bytes(int type) => Oracle.Agrees(random =>
    {
        using PrivateKey key = random.Key(out _);
        Transaction transaction = RandomTransaction.Next(random, type, key);
        SignedTransaction ours = transaction.Sign(key.Sign(transaction.SigningHash()));

        ISignedTransaction theirs = NethereumTransaction.Of(transaction);
        string digest = theirs.RawHash.Hex();
        theirs.SetSignature(SignatureOf(ours));

        return ($"{transaction.SigningHash()} {ours.Raw}", $"{digest} {theirs.GetRLPEncoded().Hex()}");
    });

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    public void Signed_bytes_are_read_to_the_same_fields(int type) => Oracle.Agrees(random =>
    {
        using PrivateKey key = random.Key(out _);
        Transaction transaction = RandomTransaction.Next(random, type, key);
        SignedTransaction signed = transaction.Sign(key.Sign(transaction.SigningHash()));
        SignedTransaction ours = Transaction.Decode(signed.Raw);
        Assert.That(ours, Is.EqualTo(signed));

        ISignedTransaction theirs = TransactionFactory.CreateTransaction(signed.Raw.ToArray());
        Transaction read = ours.Transaction;
        return ($"{read.ChainId} {read.Nonce} {read.GasLimit} {read.To?.ToLowerHex() ?? ""} {read.Value} {read.Data} {ours.Hash}",
            $"{theirs.GetChainId()} {theirs.GetNonce()} {theirs.GetGasLimit()} {theirs.GetReceiverAddress()?.ToLowerInvariant() ?? ""} {theirs.GetValue()} {theirs.GetData().Hex()} {theirs.Hash.Hex()}");
    });

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    public void The_sender_is_the_same(int type) => Oracle.Agrees(
        random =>
        {
            using PrivateKey key = random.Key(out _);
            Transaction transaction = RandomTransaction.Next(random, type, key);
            SignedTransaction signed = transaction.Sign(key.Sign(transaction.SigningHash()));
            return (Transaction.Decode(signed.Raw).RecoverSender()!.Value.ToLowerHex(), TransactionVerificationAndRecovery.GetSenderAddress(signed.Raw.ToString()).ToLowerInvariant());
        },
        Senders);

    [Test]
    public void An_EIP_7702_tuple_has_the_same_digest() => Oracle.Agrees(random =>
    {
        UInt256 chainId = random.Number(64);
        Address @delegate = random.Account();
        ulong nonce = (ulong)random.Number(63);
        Authorisation7702 theirs = new() { ChainId = NethereumTransaction.Number(chainId), Address = @delegate.ToString(), Nonce = nonce };
        return (Authorization.SigningHash(chainId, @delegate, nonce).ToString(), Authorisation7702RLPEncoderAndHasher.EncodeAndHash(theirs).Hex());
    });

    private static Nethereum.Model.Signature SignatureOf(SignedTransaction signed)
    {
        UInt256 v = signed.Transaction.Type == 0 ? (signed.Transaction.ChainId * 2) + 35 + signed.Signature.YParity : signed.Signature.YParity;
        return new Nethereum.Model.Signature(Trimmed(signed.Signature.R), Trimmed(signed.Signature.S), v.IsZero ? [] : Trimmed(v));
    }

    private static byte[] Trimmed(Hash32 word) => Trimmed(word.ToUInt256());

    private static byte[] Trimmed(UInt256 value) => value.ToBigInteger().ToByteArray(isUnsigned: true, isBigEndian: true);
}
