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
}
