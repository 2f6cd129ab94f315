using Bundler.Engine.Admission.OfThePool;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Admission.OfThePool;

public sealed class OneDelegatePerSenderTests
{
    private static readonly Address _other = A.AddressOf(7);

    private AdmissionBench _bench = null!;

    [SetUp]
    public async Task SetUp()
    {
        _bench = new AdmissionBench();
        await _bench.PendAsync(To(A.Contract) with { Nonce = 0 });
    }

    [Test]
    public void AUTH_040_the_same_delegate_again_is_fine() => Assert.That(Check(To(A.Contract) with { Nonce = 1 }), Is.Null);

    [Test]
    public void AUTH_040_another_delegate_is_refused()
    {
        Rejection? rejection = Check(To(_other) with { Nonce = 1 });

        RuleViolation? violation = (rejection as Rejection.RuleViolated)?.Violation;
        Assert.That((rejection?.Code, violation?.Rule, violation?.Expected, violation?.Got),
            Is.EqualTo((-32502, "AUTH-040", A.Contract.ToString(), _other.ToString())));
    }

    [Test]
    public void AUTH_040_an_operation_without_a_tuple_is_fine() => Assert.That(Check(A.UserOperation() with { Nonce = 1 }), Is.Null);

    [Test]
    public void AUTH_040_another_sender_may_have_another_delegate() =>
        Assert.That(Check(To(_other) with { Nonce = 1, Sender = A.Factory }), Is.Null);

    [Test]
    public void AUTH_040_a_replacement_may_change_the_delegate() => Assert.That(Check(To(_other) with { Nonce = 0 }), Is.Null);

    private static UserOperation To(Address implementation) =>
        A.UserOperation() with { Eip7702Auth = new Authorization(A.Chain.ChainId, implementation, 0, 0, 1, 1) };

    private Rejection? Check(UserOperation operation) => _bench.Ask(new OneDelegatePerSender(), AdmissionBench.Of(operation));
}
