using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Tests.Ethereum.Transactions;

public sealed class LegacyTransactionTests
{
    private const string Eip155Raw =
        "0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d"
        + "3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83";

    private static LegacyTransaction Eip155Example => new()
    {
        ChainId = 1,
        Nonce = 9,
        GasPrice = 20_000_000_000,
        GasLimit = 21_000,
        To = Address.Parse("0x3535353535353535353535353535353535353535"),
        Value = 1_000_000_000_000_000_000,
    };

    [Test]
    public void EIP_155_the_example_is_signed_as_printed()
    {
        using PrivateKey key = PrivateKey.Parse("0x4646464646464646464646464646464646464646464646464646464646464646");

        Hash32 digest = Eip155Example.SigningHash();
        SignedTransaction signed = Eip155Example.Sign(key.Sign(digest));

        Assert.That(digest.ToString(), Is.EqualTo("0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53"));
        Assert.That(signed.Raw.ToString(), Is.EqualTo(Eip155Raw));
        Assert.That(signed.RecoverSender(), Is.EqualTo(key.Address));
    }

    [Test]
    public void Decodes_the_EIP_155_example()
    {
        SignedTransaction signed = Transaction.Decode(Bytes.Parse(Eip155Raw));

        Assert.That(signed.Transaction, Is.EqualTo(Eip155Example));
        Assert.That(signed.Hash.ToString(), Is.EqualTo("0x33469b22e9f636356c4160a87eb19df52b7412e8eac32a4a55ffe88ea8350788"));
    }

    [Test]
    public void Chain_id_0_signs_without_replay_protection()
    {
        using PrivateKey key = PrivateKey.Parse(Vectors.Secret);
        LegacyTransaction unprotected = Eip155Example with { ChainId = 0 };

        SignedTransaction signed = unprotected.Sign(key.Sign(unprotected.SigningHash()));

        Assert.That(Transaction.Decode(signed.Raw).Transaction, Is.EqualTo(unprotected));
        Assert.That(signed.RecoverSender(), Is.EqualTo(key.Address));
    }

    // The keyless deployment of the deterministic deployment proxy: anybody can send it, nobody has the key.
    [Test]
    public void Decodes_a_transaction_from_before_EIP_155()
    {
        SignedTransaction signed = Transaction.Decode(Bytes.Parse(
            "0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0"
            + "3601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba022222222222222222222222222222222222222222222222222222222"
            + "22222222a02222222222222222222222222222222222222222222222222222222222222222"));

        Assert.That(signed.Transaction.ChainId.IsZero, Is.True);
        Assert.That(signed.Transaction.To, Is.Null);
        Assert.That(signed.RecoverSender().ToString(), Is.EqualTo("0x3fAB184622Dc19b6109349B94811493BF2a45362"));
    }

    [TestCase("80", "got 0")]
    [TestCase("1a", "got 26")]
    [TestCase("1d", "got 29")]
    [TestCase("24", "got 36")]
    public void EIP_155_refuses_another_v(string v, string reason) =>
        Assert.That(
            () => Transaction.Decode(Bytes.Parse($"0xc9808080808080{v}0101")),
            Throws.TypeOf<CodecException>().With.Property("Path").EqualTo("v").And.Message.Contains(reason));

    [Test]
    public void EIP_155_a_chain_id_must_fit_into_v() =>
        Assert.That(
            () => (Eip155Example with { ChainId = UInt256.One << 255 }).Sign(new Signature(Hash32.From(1), Hash32.From(1), 0)),
            Throws.TypeOf<CodecException>().With.Property("Path").EqualTo("chainId"));
}
