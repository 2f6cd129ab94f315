using Bundler.Engine.Admission.OfThePool;
using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Admission.OfThePool;

public sealed class ReplacementPaysMoreTests
{
    private static readonly UserOperation _first = A.UserOperation() with { MaxFeePerGas = 1_000, MaxPriorityFeePerGas = 101 };

    private AdmissionBench _bench = null!;
    private MempoolEntry _pending = null!;

    [SetUp]
    public async Task SetUp()
    {
        _bench = new AdmissionBench();
        _pending = await _bench.PendAsync(_first);
    }

    [TestCase(1_100UL, 112UL, null)]
    [TestCase(1_099UL, 112UL, -32602)]
    [TestCase(1_100UL, 111UL, -32602)]
    [TestCase(9_000UL, 101UL, -32602)]
    [TestCase(1_000UL, 900UL, -32602)]
    public void A_replacement_raises_both_fees_by_ten_percent_rounded_up(ulong fee, ulong tip, int? code) =>
        Assert.That(Check(_first with { MaxFeePerGas = fee, MaxPriorityFeePerGas = tip })?.Code, Is.EqualTo(code));

    [Test]
    public void Another_nonce_is_no_replacement() => Assert.That(Check(_first with { Nonce = 1 }), Is.Null);

    [Test]
    public void Another_nonce_key_is_no_replacement() => Assert.That(Check(_first with { Nonce = A.Nonce(1, 0) }), Is.Null);

    [Test]
    public void Another_sender_is_no_replacement() => Assert.That(Check(_first with { Sender = A.Contract }), Is.Null);

    [Test]
    public void An_operation_that_is_in_a_bundle_cannot_be_replaced()
    {
        _bench.Pool.Take([_pending.UserOpHash]);

        Rejection? rejection = Check(_first with { MaxFeePerGas = 9_000, MaxPriorityFeePerGas = 9_000 });

        Assert.That((rejection as Rejection.InvalidFields)?.Field, Is.EqualTo("nonce"));
    }

    [Test]
    public void An_operation_that_came_back_from_a_bundle_can_be_replaced()
    {
        _bench.Pool.Take([_pending.UserOpHash]);
        _bench.Pool.Release([_pending.UserOpHash]);

        Assert.That(Check(_first with { MaxFeePerGas = 9_000, MaxPriorityFeePerGas = 9_000 }), Is.Null);
    }

    private Rejection? Check(UserOperation operation) =>
        _bench.Ask(new ReplacementPaysMore(Options.Create(new PoolOptions())), AdmissionBench.Of(operation));
}
