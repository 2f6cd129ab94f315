using Bundler.Engine.Bundling.Limits;
using Bundler.Engine.Pool;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Bundling.Limits;

public sealed class SenderNotInFlightTests
{
    private static readonly SenderNotInFlight _limit = new();

    [TestCase(3u, 6u)]
    [TestCase(4u, 0u)]
    public void Whatever_its_sender_has_in_flight_an_operation_waits(uint key, uint sequence) =>
        Assert.That(_limit.Check(LimitBench.Behind(WithNonce(3, 5)), WithNonce(key, sequence)), Is.EqualTo("another operation of this sender is in flight"));

    [Test]
    public void Operations_of_other_senders_go() =>
        Assert.That(_limit.Check(LimitBench.Behind(WithNonce(3, 5)), A.Entry(A.UserOperation() with { Sender = A.Contract })), Is.Null);

    [Test]
    public void What_is_in_the_same_bundle_is_not_in_flight() =>
        Assert.That(_limit.Check(LimitBench.Draft(WithNonce(3, 5)), WithNonce(3, 6)), Is.Null);

    private static MempoolEntry WithNonce(ulong key, ulong sequence) => A.Entry(A.UserOperation() with { Nonce = A.Nonce(key, sequence) });
}
