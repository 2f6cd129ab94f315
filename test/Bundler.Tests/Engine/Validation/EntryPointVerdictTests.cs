using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Validation;

public sealed class EntryPointVerdictTests
{
    private static readonly UserOperation _operation = A.UserOperation() with { Paymaster = A.Paymaster };

    [TestCase("AA21 didn't pay prefund", -32500)]
    [TestCase("AA13 initCode failed or OOG", -32500)]
    [TestCase("AA95 out of gas", -32500)]
    [TestCase("AA31 paymaster deposit too low", -32501)]
    [TestCase("AA22 expired or not due", -32503)]
    [TestCase("AA27 outside valid block range", -32503)]
    [TestCase("AA32 paymaster expired or not due", -32503)]
    [TestCase("AA24 signature error", -32507)]
    [TestCase("AA34 signature error", -32507)]
    public void An_AA_code_has_its_error_code(string reason, int code)
    {
        Rejection rejection = Verdict(EntryPointErrors.FailedOp.Encode((UInt256)0, reason)).Rejection!;

        Assert.That(rejection.Code, Is.EqualTo(code));
        if (code != -32503)
        {
            Assert.That(rejection.Message, Is.EqualTo(reason));
        }
    }

    [Test]
    public void What_the_account_said_is_appended() =>
        Assert.That(
            Verdict(EntryPointErrors.FailedOpWithRevert.Encode((UInt256)0, "AA23 reverted", AbiError.Message.Encode("no such key"))).Rejection,
            Is.TypeOf<Rejection.RejectedByEntryPoint>().With.Property("Message").EqualTo("AA23 reverted: no such key"));

    [Test]
    public void What_the_paymaster_said_is_appended() =>
        Assert.That(
            Verdict(EntryPointErrors.FailedOpWithRevert.Encode((UInt256)0, "AA33 reverted", AbiError.Message.Encode("broke"))).Rejection,
            Is.TypeOf<Rejection.RejectedByPaymaster>().With.Property("Message").EqualTo("AA33 reverted: broke"));

    [Test]
    public void The_failure_of_an_earlier_operation_is_not_this_ones() =>
        Assert.That(
            Verdict(EntryPointErrors.FailedOp.Encode((UInt256)0, "AA24 signature error"), index: 1).Rejection,
            Is.TypeOf<Rejection.RejectedByEntryPoint>().With.Property("Message").Contains("must come first"));

    [Test]
    public void That_the_nonce_of_an_earlier_one_is_used_already_can_be_told_from_it() =>
        Assert.That(
            AaError.Parse(Verdict(EntryPointErrors.FailedOp.Encode((UInt256)0, "AA25 invalid account nonce"), index: 1).Rejection!.Message)?.IsOvertaken, Is.True);

    [Test]
    public void A_revert_without_data_is_said_in_words() =>
        Assert.That(Verdict(Bytes.Empty).Rejection!.Message, Is.EqualTo("validation reverted without a reason"));

    [Test]
    public void Validation_data_is_read_even_where_the_entry_point_reverted()
    {
        FrameBuilder account = new FrameBuilder(CallKind.Call, A.EntryPoint.Address, A.Account).Returns(Hash32.From(1).ToBytes());
        OperationFrames frames = new() { Account = new EntityFrame(new Entity(EntityKind.Account, A.Account), account.Build(), "0") };

        EntryPointVerdict verdict = Verdict(EntryPointErrors.FailedOp.Encode((UInt256)0, "AA24 signature error"), frames: frames);

        Assert.That(verdict.Account!.Value.SignatureFailed, Is.True);
    }

    [Test]
    public void An_account_that_returns_too_little_has_no_validation_data()
    {
        FrameBuilder account = new FrameBuilder(CallKind.Call, A.EntryPoint.Address, A.Account).Returns(Bytes.Parse("0x01"));
        OperationFrames frames = new() { Account = new EntityFrame(new Entity(EntityKind.Account, A.Account), account.Build(), "0") };

        Assert.That(Verdict(Bytes.Empty, frames: frames).Account, Is.Null);
    }

    private static EntryPointVerdict Verdict(Bytes revert, int index = 0, OperationFrames? frames = null)
    {
        CallFrame root = new FrameBuilder(CallKind.Call, A.AddressOf(1), A.EntryPoint.Address).Reverts(revert).Build();
        return EntryPointVerdict.Of(A.EntryPoint, _operation, index, frames ?? new OperationFrames(), new ValidationTrace(root, [], ReachedExecution: false));
    }
}
