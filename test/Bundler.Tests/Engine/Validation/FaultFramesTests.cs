using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Validation;

/// <summary>A handleOps that reverts, mostly without a word: its frames say at whom.</summary>
public sealed class FaultFramesTests
{
    private static readonly EntryPoint _v06 = EntryPointCatalog.Create(EntryPointVersion.V06, A.EntryPoint.Address);
    private static readonly Address _other = A.AddressOf(77);

    private static readonly UserOperation[] _operations =
    [
        A.UserOperation() with { Sender = A.AddressOf(1), Paymaster = _other },
        A.UserOperation() with { Sender = A.AddressOf(2), Paymaster = A.Paymaster },
        A.UserOperation() with { Sender = A.AddressOf(3), Factory = A.AddressOf(9) },
    ];

    [Test]
    public void A_postOp_that_reverts_without_data_is_the_paymasters()
    {
        BundleFault fault = Of(Executed(0), Executed(1, failed: true).Add(PostOp(A.Paymaster).Reverts(Bytes.Empty)));

        Assert.That((fault.OperationIndex, fault.Blamed), Is.EqualTo((1, new Entity(EntityKind.Paymaster, A.Paymaster))));
        Assert.That(fault.Reason, Is.EqualTo($"reverted without data in the postOp of paymaster {A.Paymaster}"));
    }

    [Test]
    public void A_postOp_that_leaves_nothing_to_go_on_with_is_the_paymasters() =>
        Assert.That(Of(Executed(0), Executed(1, failed: true).Add(PostOp(A.Paymaster))).Blamed, Is.EqualTo(new Entity(EntityKind.Paymaster, A.Paymaster)));

    [Test]
    public void An_execution_that_burns_everything_is_the_accounts() =>
        Assert.That(
            Of(Executed(0, failed: true)) is { OperationIndex: 0, Blamed: { } blamed } ? blamed : default,
            Is.EqualTo(new Entity(EntityKind.Account, A.AddressOf(1))));

    [Test]
    public void A_call_that_looks_like_a_postOp_is_not_the_paymasters() =>
        Assert.That(Of(Executed(0, failed: true).Add(PostOp(A.AddressOf(55)).Reverts(Bytes.Empty))).Blamed, Is.EqualTo(new Entity(EntityKind.Account, A.AddressOf(1))));

    [Test]
    public void An_AA95_that_a_postOp_says_is_the_paymasters() =>
        Assert.That(
            Of(Failed(1, "AA95 out of gas"), Executed(0), Executed(1, failed: true).Add(PostOp(A.Paymaster).Reverts(Bytes.Parse("0xdeaddead")))).Blamed,
            Is.EqualTo(new Entity(EntityKind.Paymaster, A.Paymaster)));

    [Test]
    public void An_AA95_before_anybody_was_called_is_nobodys()
    {
        FrameBuilder inner = Frame(_v06.Address, _v06.Bundles.Selectors.InnerHandleOp).Reverts(Bytes.Empty);

        BundleFault fault = Of(Failed(0, "AA95 out of gas"), inner);

        Assert.That((fault.OperationIndex, fault.Blamed, fault.Reason), Is.EqualTo((0, (Entity?)null, "AA95 out of gas")));
    }

    [Test]
    public void A_prefund_below_the_cost_is_the_accounts_whoever_did_a_postOp() =>
        Assert.That(
            Of(Failed(1, "AA51 prefund below actualGasCost"), Executed(0), Executed(1, failed: true).Add(PostOp(A.Paymaster))).Blamed,
            Is.EqualTo(new Entity(EntityKind.Account, A.AddressOf(2))));

    [Test]
    public void What_the_EntryPoint_says_itself_comes_first() =>
        Assert.That(
            Of(Failed(0, "AA50 postOp reverted: no"), Executed(0), Executed(1, failed: true)) is { OperationIndex: 0, Blamed: { } blamed } ? blamed : default,
            Is.EqualTo(new Entity(EntityKind.Paymaster, _other)));

    [Test]
    public void Behind_executions_that_all_went_through_nobody_is_named() =>
        Assert.That(Of(Executed(0), Executed(1), Executed(2)) is { OperationIndex: null, Blamed: null }, Is.True);

    [Test]
    public void A_validation_that_ends_the_call_without_a_word_is_of_whom_the_EntryPoint_was_asking()
    {
        ValidationSelectors selectors = _v06.Bundles.Selectors;
        FrameBuilder[] first =
        [
            Frame(A.AddressOf(1), selectors.ValidateUserOp), Frame(_other, selectors.ValidatePaymasterUserOp), Frame(A.AddressOf(2), selectors.ValidateUserOp),
        ];

        Assert.That(Named(Of(first)), Is.EqualTo((1, new Entity(EntityKind.Account, A.AddressOf(2)))));
        Assert.That(
            Named(Of([.. first, Frame(A.Paymaster, selectors.ValidatePaymasterUserOp)])), Is.EqualTo((1, new Entity(EntityKind.Paymaster, A.Paymaster))));
        Assert.That(Named(Of([.. first, Frame(A.AddressOf(66), selectors.CreateSender)])), Is.EqualTo((2, new Entity(EntityKind.Factory, A.AddressOf(9)))));
    }

    private static (int?, Entity?) Named(BundleFault fault) => (fault.OperationIndex, fault.Blamed);

    private static BundleFault Of(params FrameBuilder[] calls) => Of(Bytes.Empty, calls);

    private static BundleFault Of(Bytes output, params FrameBuilder[] calls)
    {
        FrameBuilder root = new FrameBuilder(CallKind.Call, A.AddressOf(50), _v06.Address).Reverts(output);
        Array.ForEach(calls, call => root.Add(call));
        return FaultFrames.Of(_v06, _operations, root.Build());
    }

    private static Bytes Failed(ulong index, string reason) => EntryPointErrors.FailedOp.Encode((UInt256)index, reason);

    private static FrameBuilder Executed(int index, bool failed = false)
    {
        FrameBuilder inner = Frame(_v06.Address, _v06.Bundles.Selectors.InnerHandleOp).Add(Frame(_operations[index].Sender, 0x12345678));
        return failed ? inner.Reverts(Bytes.Empty) : inner;
    }

    private static FrameBuilder PostOp(Address paymaster) => Frame(paymaster, _v06.Bundles.Selectors.PostOp);

    private static FrameBuilder Frame(Address to, uint selector) => new FrameBuilder(CallKind.Call, _v06.Address, to).WithSelector(selector);
}
