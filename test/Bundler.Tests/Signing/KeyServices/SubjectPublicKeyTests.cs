using System.Security.Cryptography;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.KeyServices;
using Bundler.Testing;
using Bundler.Testing.Kms;

namespace Bundler.Tests.Signing;

public sealed class SubjectPublicKeyTests
{
    // The generator as SubjectPublicKeyInfo: the public key of the secret 1.
    private const string Generator =
        "0x3056301006072a8648ce3d020106052b8104000a034200"
        + "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
        + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";

    private const string AddressOfOne = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf";

    [Test]
    public void DER_gives_the_address() =>
        Assert.That(SubjectPublicKey.AddressOf(Hex.Decode(Generator)).ToString(), Is.EqualTo(AddressOfOne));

    [Test]
    public void PEM_gives_the_address()
    {
        string pem = PemEncoding.WriteString("PUBLIC KEY", Hex.Decode(Generator));

        Assert.That(SubjectPublicKey.AddressOfPem(pem).ToString(), Is.EqualTo(AddressOfOne));
    }

    [Test]
    public void The_keys_of_OpenSSL_are_read()
    {
        using ECDsa openSsl = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10"));
        ECParameters parameters = openSsl.ExportParameters(includePrivateParameters: true);
        using PrivateKey key = new(parameters.D);

        Assert.That(SubjectPublicKey.AddressOf(openSsl.ExportSubjectPublicKeyInfo()), Is.EqualTo(key.Address));
        Assert.That(SubjectPublicKey.AddressOfCoordinates(parameters.Q.X, parameters.Q.Y), Is.EqualTo(key.Address));
    }

    [Test]
    public void The_EC_point_of_a_token_is_read_bare_and_wrapped()
    {
        byte[] point = Hex.Decode(Generator)[^65..];

        Assert.That(SubjectPublicKey.AddressOfEcPoint(point).ToString(), Is.EqualTo(AddressOfOne));
        Assert.That(SubjectPublicKey.AddressOfEcPoint((byte[])[0x04, 65, .. point]).ToString(), Is.EqualTo(AddressOfOne));
    }

    [Test]
    public void A_key_of_another_curve_is_refused()
    {
        using ECDsa p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.That(
            () => SubjectPublicKey.AddressOf(p256.ExportSubjectPublicKeyInfo()),
            Throws.TypeOf<CodecException>().With.Message.Contains("not of the curve secp256k1"));
    }

    [Test]
    public void An_RSA_key_is_refused()
    {
        using RSA rsa = RSA.Create(2_048);

        Assert.That(() => SubjectPublicKey.AddressOf(rsa.ExportSubjectPublicKeyInfo()), Throws.TypeOf<CodecException>());
    }

    [TestCase("0x")]
    [TestCase("0x3056")]
    [TestCase("0x0400")]
    public void Nonsense_is_refused(string hex)
    {
        Assert.That(() => SubjectPublicKey.AddressOf(Hex.Decode(hex)), Throws.TypeOf<CodecException>());
        Assert.That(() => SubjectPublicKey.AddressOfEcPoint(Hex.Decode(hex)), Throws.TypeOf<CodecException>());
        Assert.That(() => SubjectPublicKey.AddressOfPem(hex), Throws.TypeOf<CodecException>());
    }

    [Test]
    public void The_test_key_service_speaks_the_same_form()
    {
        using SoftKey key = SoftKey.Generate();

        Assert.That(SubjectPublicKey.AddressOf(key.SubjectPublicKeyInfo()), Is.EqualTo(key.Address));
        Assert.That(key.Address, Is.Not.EqualTo(DevAccounts.All[0].Address));
    }
}
