using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Nethereum.Signer;
using Nethereum.Util;

namespace Bundler.OracleTests.Addresses;

/// <summary>Addresses of keys, their mixed case (EIP-55), and signatures.</summary>
internal sealed class AddressOracleTests
{
    /// <summary>Nethereum takes milliseconds for each.</summary>
    private const int Signatures = 1_000;

    [Test]
    public void EIP_55_the_case_is_the_same() => Oracle.Agrees(random =>
    {
        Address address = random.Account();
        Assert.That(Address.ParseChecksummed(address.ToString()), Is.EqualTo(address));
        return (address.ToString(), AddressUtil.Current.ConvertToChecksumAddress(address.ToLowerHex()));
    });

    [Test]
    public void A_keys_address_is_the_same() => Oracle.Agrees(random =>
    {
        using PrivateKey key = random.Key(out byte[] secret);
        return (key.Address.ToString(), new EthECKey(secret, true).GetPublicAddress());
    });

    [Test]
    public void RFC_6979_a_signature_is_the_same() => Oracle.Agrees(
        random =>
        {
            using PrivateKey key = random.Key(out byte[] secret);
            byte[] digest = random.Octets(Hash32.Size);
            return (key.Sign(new Hash32(digest)).ToBytes().ToString(), EthECDSASignature.CreateStringSignature(new EthECKey(secret, true).SignAndCalculateV(digest)));
        },
        Signatures);

    [Test]
    public void A_signature_recovers_to_the_same_signer() => Oracle.Agrees(
        random =>
        {
            using PrivateKey key = random.Key(out _);
            Hash32 digest = new(random.Octets(Hash32.Size));
            Ethereum.Crypto.Signature signature = key.Sign(digest);
            EthECDSASignature theirs = EthECDSASignatureFactory.ExtractECDSASignature(signature.ToBytes().ToString());
            return (key.Address.ToString(), EthECKey.RecoverFromSignature(theirs, digest.ToBytes().ToArray()).GetPublicAddress());
        },
        Signatures);

    [Test]
    public void Stricter_EIP_55_a_wrong_case_is_refused_where_it_is_a_check()
    {
        string wrong = new Random(55).Account().ToString().Replace('a', 'A').Replace('b', 'B');

        Assert.That(() => AddressUtil.Current.ConvertToChecksumAddress(wrong), Throws.Nothing, "Nethereum corrects it");
        Assert.That(() => Address.ParseChecksummed(wrong), Throws.TypeOf<CodecException>());
    }

    [Test]
    public void Stricter_a_short_address_is_refused()
    {
        const string odd = "0x1111";

        Assert.That(AddressUtil.Current.ConvertToValid20ByteAddress(odd), Has.Length.EqualTo(42), "Nethereum fills it up");
        Assert.That(() => Address.Parse(odd), Throws.TypeOf<CodecException>());
    }
}
