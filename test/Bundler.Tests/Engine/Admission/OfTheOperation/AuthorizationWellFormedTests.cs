using Bundler.Engine.Admission.OfTheOperation;
using Bundler.Erc4337;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Admission.OfTheOperation;

public sealed class AuthorizationWellFormedTests
{
    private static readonly Address _signer = Key(1).Address;
    private static readonly Authorization _good = Signed(1, A.Chain.ChainId);

    [Test]
    public void AUTH_010_a_tuple_of_this_chain_signed_by_the_sender_passes() => Assert.That(Check(_good), Is.Null);

    [Test]
    public void AUTH_010_an_operation_without_a_tuple_passes() => Assert.That(Check(null), Is.Null);

    [Test]
    public void AUTH_010_a_tuple_for_any_chain_passes() => Assert.That(Check(Signed(1, 0)), Is.Null);

    [Test]
    public void AUTH_010_a_tuple_of_another_chain_is_refused() =>
        Assert.That(Check(Signed(1, A.Chain.ChainId + 1))?.Field, Is.EqualTo("eip7702Auth.chainId"));

    [Test]
    public void AUTH_010_a_tuple_that_another_account_signed_is_refused() =>
        Assert.That(Check(Signed(2, A.Chain.ChainId))?.Message, Does.EndWith($"got {Key(2).Address}"));

    [Test]
    public void AUTH_010_a_high_s_is_refused_though_it_recovers_the_sender() =>
        Assert.That(
            Check(_good with { S = Secp256k1.Order - _good.S, YParity = (byte)(1 - _good.YParity) })?.Message, Does.Contain("expected the low s"));

    [Test]
    public void AUTH_010_a_yParity_above_one_is_refused() =>
        Assert.That(Check(_good with { YParity = 2 })?.Message, Does.Contain("no valid signature"));

    [Test]
    public void AUTH_010_a_signature_of_zeros_is_refused() =>
        Assert.That(Check(_good with { R = 0, S = 0 })?.Message, Does.Contain("no valid signature"));

    [Test]
    public void AUTH_010_a_tuple_that_was_changed_after_signing_is_refused() =>
        Assert.That(Check(_good with { Address = A.Factory })?.Field, Is.EqualTo("eip7702Auth"));

    [Test]
    public void AUTH_010_its_code_is_invalid_params() => Assert.That(Check(_good with { YParity = 2 })?.Code, Is.EqualTo(-32602));

    private static PrivateKey Key(int number) => new(Hash32.From(number).Span);

    private static Authorization Signed(int key, UInt256 chainId) => Authorization.Sign(Key(key), chainId, A.Contract, nonce: 0);

    private static Rejection.InvalidFields? Check(Authorization? authorization) =>
        (Rejection.InvalidFields?)new AuthorizationWellFormed(A.Chain)
            .Check(AdmissionBench.Of(A.UserOperation() with { Sender = _signer, Eip7702Auth = authorization }));
}
