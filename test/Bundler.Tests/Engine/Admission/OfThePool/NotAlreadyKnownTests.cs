using Bundler.Engine.Admission.OfThePool;
using Bundler.Erc4337;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Admission.OfThePool;

public sealed class NotAlreadyKnownTests
{
    private AdmissionBench _bench = null!;

    [SetUp]
    public async Task SetUp()
    {
        _bench = new AdmissionBench();
        await _bench.PendAsync(A.UserOperation());
    }

    [Test]
    public void A_pending_operation_is_not_taken_twice() => Assert.That(Check(A.UserOperation())?.Code, Is.EqualTo(-32602));

    [Test]
    public void An_operation_that_differs_in_one_field_is_another_one() =>
        Assert.That(Check(A.UserOperation() with { PreVerificationGas = 60_001 }), Is.Null);

    private Rejection? Check(UserOperation operation) => _bench.Ask(new NotAlreadyKnown(), AdmissionBench.Of(operation));
}
