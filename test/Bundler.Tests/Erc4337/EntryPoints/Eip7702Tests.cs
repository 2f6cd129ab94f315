using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Tests.Erc4337;

public sealed class Eip7702Tests
{
    private const ulong Nonce = 9;

    private static readonly UInt256 ChainId = 56;
    private static readonly Address Delegate = Address.Parse("0x2222222222222222222222222222222222222222");

    [TestCase("0xef01002222222222222222222222222222222222222222", true)]
    [TestCase("0x", false)]
    [TestCase("0xef0100", false)]
    [TestCase("0xef01012222222222222222222222222222222222222222", false)]
    [TestCase("0xef0100222222222222222222222222222222222222222222", false)]
    public void The_delegate_is_read_from_the_account_s_code(string code, bool delegated) =>
        Assert.That(Eip7702.DelegateOf(Bytes.Parse(code)), Is.EqualTo(delegated ? Delegate : null));

    [TestCase(56)]
    [TestCase(0)]
    public void AUTH_010_a_tuple_for_this_chain_or_any_signed_by_the_sender_is_good(int chainId)
    {
        using PrivateKey key = Key();

        Assert.That(Eip7702.Check(Authorization.Sign(key, chainId, Delegate, Nonce), key.Address, ChainId), Is.Null);
    }

    [Test]
    public void AUTH_010_a_tuple_for_another_chain_is_refused()
    {
        using PrivateKey key = Key();

        Assert.That(
            Eip7702.Check(Authorization.Sign(key, 97, Delegate, Nonce), key.Address, ChainId)?.Message,
            Is.EqualTo("eip7702Auth.chainId: expected 56 or 0, got 97"));
    }

    [Test]
    public void AUTH_010_a_tuple_that_somebody_else_signed_is_refused()
    {
        using PrivateKey key = Key();

        Assert.That(
            Eip7702.Check(Authorization.Sign(key, ChainId, Delegate, Nonce), Delegate, ChainId)?.Message,
            Is.EqualTo($"eip7702Auth: expected the signature of the sender {Delegate}, got {key.Address}"));
    }

    [Test]
    public void AUTH_010_a_tuple_without_a_valid_signature_is_refused()
    {
        Authorization authorization = new(ChainId, Delegate, Nonce, 0, 0, 0);

        Assert.That(
            Eip7702.Check(authorization, Delegate, ChainId)?.Message,
            Is.EqualTo($"eip7702Auth: expected the signature of the sender {Delegate}, got no valid signature"));
    }

    [Test]
    public void AUTH_010_the_high_one_of_the_two_valid_values_of_s_is_refused()
    {
        using PrivateKey key = Key();
        Authorization good = Authorization.Sign(key, ChainId, Delegate, Nonce);
        UInt256 order = UInt256.ParseHex("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

        Rejection? rejection = Eip7702.Check(good with { S = order - good.S, YParity = (byte)(good.YParity ^ 1) }, key.Address, ChainId);

        Assert.That(rejection?.Message, Does.StartWith("eip7702Auth.s: expected the low s"));
    }

    [Test]
    public void AUTH_010_a_tuple_with_the_nonce_of_the_account_is_good() =>
        Assert.That(Eip7702.CheckNonce(new Authorization(ChainId, Delegate, Nonce, 0, 1, 1), Nonce), Is.Null);

    [TestCase(8ul)]
    [TestCase(10ul)]
    public void AUTH_010_a_tuple_with_another_nonce_than_the_account_s_is_refused(ulong nonce)
    {
        using PrivateKey key = Key();

        Rejection? rejection = Eip7702.CheckNonce(Authorization.Sign(key, ChainId, Delegate, nonce), Nonce);

        Assert.That(rejection, Is.EqualTo(new Rejection.RejectedByEntryPoint($"eip7702Auth.nonce: expected 9, got {nonce}")));
    }

    private static PrivateKey Key() => PrivateKey.Parse("0x4646464646464646464646464646464646464646464646464646464646464646");
}
