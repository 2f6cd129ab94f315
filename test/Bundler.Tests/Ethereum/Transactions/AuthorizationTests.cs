using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Tests.Ethereum.Transactions;

public sealed class AuthorizationTests
{
    private static readonly Address Delegate = Address.Parse("0xe6Cae83BdE06E4c305530e199D7217f42808555B");

    // Account 1 of the well-known development mnemonic signed the authorizations of the EIP-7702 vector.
    private readonly PrivateKey _key = PrivateKey.Parse("0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d");

    [OneTimeTearDown]
    public void ClearKey() => _key.Dispose();

    [Test]
    public void The_digest_is_that_of_an_independent_implementation() =>
        Assert.That(
            Authorization.SigningHash(56, Delegate, 3).ToString(),
            Is.EqualTo("0x9e0b2bf01021ad78a651118fcaaef0f08764fac552fae43325e90d7470d9f561"));

    [Test]
    public void Signs_as_an_independent_implementation_does()
    {
        Assert.That(Authorization.Sign(_key, 56, Delegate, 3), Is.EqualTo(Vectors.SetCode.AuthorizationList[0]));
        Assert.That(Authorization.Sign(_key, 0, Address.Zero, 0), Is.EqualTo(Vectors.SetCode.AuthorizationList[1]));
    }

    [Test]
    public void The_authority_is_whoever_signed() =>
        Assert.That(Vectors.SetCode.AuthorizationList.Select(authorization => authorization.RecoverAuthority()), Is.All.EqualTo(_key.Address));

    [Test]
    public void Another_chain_nonce_or_address_is_another_authority()
    {
        Authorization authorization = Authorization.Sign(_key, 56, Delegate, 3);

        Assert.That((authorization with { ChainId = 57 }).RecoverAuthority(), Is.Not.EqualTo(_key.Address));
        Assert.That((authorization with { Nonce = 4 }).RecoverAuthority(), Is.Not.EqualTo(_key.Address));
        Assert.That((authorization with { Address = Address.Zero }).RecoverAuthority(), Is.Not.EqualTo(_key.Address));
    }

    [Test]
    public void EIP_7702_a_high_s_has_no_authority()
    {
        Authorization low = Authorization.Sign(_key, 56, Delegate, 3);
        Authorization high = low with { S = Secp256k1.Order - low.S, YParity = (byte)(low.YParity ^ 1) };

        Assert.That(low.IsLowS, Is.True);
        Assert.That(high.IsLowS, Is.False);
        Assert.That(high.RecoverAuthority(), Is.Null);
    }

    [Test]
    public void Numbers_out_of_range_have_no_authority()
    {
        Authorization valid = Authorization.Sign(_key, 56, Delegate, 3);
        Authorization[] invalid =
        [
            valid with { YParity = 2 },
            valid with { YParity = 27 },
            valid with { R = 0 },
            valid with { R = Secp256k1.Order },
            valid with { R = UInt256.MaxValue },
            valid with { S = 0 },
            valid with { S = UInt256.MaxValue },
        ];

        Assert.That(invalid.Select(authorization => authorization.RecoverAuthority()), Is.All.Null);
    }
}
