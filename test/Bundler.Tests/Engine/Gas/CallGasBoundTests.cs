using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Erc4337;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Gas;

internal sealed class CallGasBoundTests
{
    private const ulong Tokens = 2_000;

    private static readonly GasCeiling _ceiling = new(A.Chain, new HeadFeed());

    [Test]
    public void EIP_7825_the_bound_fits_and_one_more_does_not()
    {
        UserOperation operation = A.UserOperation();

        ulong bound = CallGasBound.Of(_ceiling, A.EntryPoint, operation, Tokens, most: 30_000_000);

        Assert.That(_ceiling.Forbids(A.EntryPoint, operation with { CallGasLimit = bound }, Tokens, hasAggregator: false), Is.Null);
        Assert.That(_ceiling.Forbids(A.EntryPoint, operation with { CallGasLimit = bound + 1 }, Tokens, hasAggregator: false), Is.Not.Null);
    }

    [Test]
    public void The_bound_is_never_more_than_is_looked_for() =>
        Assert.That(CallGasBound.Of(_ceiling, A.EntryPoint, A.UserOperation(), Tokens, most: 1_000_000), Is.EqualTo(1_000_000));

    [Test]
    public void Limits_without_room_for_any_call_leave_nothing() =>
        Assert.That(
            CallGasBound.Of(_ceiling, A.EntryPoint, A.UserOperation() with { VerificationGasLimit = 17_000_000 }, Tokens, most: 1_000_000), Is.Zero);
}
