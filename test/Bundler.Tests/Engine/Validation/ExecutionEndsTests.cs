using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Validation;

/// <summary>What the UserOperationEvents would say, without them.</summary>
public sealed class ExecutionEndsTests
{
    private static readonly UInt256[] _baseFees = [100, 110];

    /// <summary>Pays 105 at a base fee of 100, 115 at one of 110, and 5 without.</summary>
    private static readonly UserOperation _operation = A.UserOperation() with { MaxFeePerGas = 1_000, MaxPriorityFeePerGas = 5, CallData = Bytes.Parse("0x1234") };

    [TestCase(105_000UL * 11, 11_000UL)]
    [TestCase(115_000UL * 11, 11_000UL)]
    [TestCase(5UL * 11_003, 11_003UL)]
    public void The_price_that_divides_the_cost_was_the_price(ulong cost, ulong gas) =>
        Assert.That(Ends(Inner(cost)).Single(), Is.EqualTo(new OperationEnd(true, gas, cost, IsExact: true)));

    [Test]
    public void A_price_is_not_believed_that_makes_more_gas_than_there_was()
    {
        OperationEnd end = Ends(Inner(5_000_000_003UL * 5)).Single();

        Assert.That((end.IsExact, end.ActualGasUsed), Is.EqualTo((false, (UInt256)(5_000_000_003UL * 5 / 115))));
    }

    [Test]
    public void A_call_that_reverts_is_no_success() =>
        Assert.That(Ends(Inner(105).Add(Called().Reverts(Bytes.Empty))).Single(), Is.EqualTo(new OperationEnd(false, 1, 105, IsExact: true)));

    [Test]
    public void What_was_paid_out_beyond_what_the_others_were_charged_is_the_one_whose_postOp_reverted()
    {
        FrameBuilder payment = new FrameBuilder(CallKind.Call, A.EntryPoint.Address, A.AddressOf(9)).WithValue(105 * 7);

        IReadOnlyList<OperationEnd> ends = Ends(Inner(105 * 3), Inner(0).Reverts(Bytes.Parse("0xad7954bc")), payment);

        Assert.That(ends, Is.EqualTo(new[] { new OperationEnd(true, 3, 105 * 3, IsExact: true), new OperationEnd(false, 4, 105 * 4, IsExact: true) }));
    }

    private static IReadOnlyList<OperationEnd> Ends(params FrameBuilder[] calls)
    {
        FrameBuilder root = new(CallKind.Call, A.AddressOf(50), A.EntryPoint.Address);
        Array.ForEach(calls, call => root.Add(call));
        CallFrame built = root.Build();
        int operations = built.Calls.Count(call => call.To == A.EntryPoint.Address);
        return ExecutionEnds.Of([.. Enumerable.Repeat(new ValidatedOperation(A.EntryPoint, _operation, A.Validation()), operations)], built, _baseFees);
    }

    private static FrameBuilder Inner(UInt256 charged) => new FrameBuilder(CallKind.Call, A.EntryPoint.Address, A.EntryPoint.Address)
        .WithSelector(A.EntryPoint.Bundles.Selectors.InnerHandleOp).Returns(Hash32.From(charged).ToBytes());

    private static FrameBuilder Called() => new(CallKind.Call, A.EntryPoint.Address, A.Account);
}
