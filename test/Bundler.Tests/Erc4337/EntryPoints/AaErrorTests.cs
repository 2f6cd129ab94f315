using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;

namespace Bundler.Tests.Erc4337;

public sealed class AaErrorTests
{
    [TestCase("AA10 sender already constructed", "AA10", "sender already constructed", EntityKind.Factory)]
    [TestCase("AA21 didn't pay prefund", "AA21", "didn't pay prefund", EntityKind.Account)]
    [TestCase("AA23 reverted: some reason", "AA23", "reverted: some reason", EntityKind.Account)]
    [TestCase("AA33 reverted (or OOG)", "AA33", "reverted (or OOG)", EntityKind.Paymaster)]
    [TestCase("AA40 over verificationGasLimit", "AA40", "over verificationGasLimit", null)]
    [TestCase("AA50 postOp revert", "AA50", "postOp revert", EntityKind.Paymaster)]
    [TestCase("AA51 prefund below actualGasCost", "AA51", "prefund below actualGasCost", null)]
    [TestCase("AA95 out of gas", "AA95", "out of gas", null)]
    [TestCase("AA21", "AA21", "", EntityKind.Account)]
    public void The_code_says_whose_fault_it_is(string reason, string code, string text, EntityKind? blamed)
    {
        AaError? error = AaError.Parse(reason);

        Assert.That(error, Is.EqualTo(new AaError(code, text)));
        Assert.That(error?.Blamed, Is.EqualTo(blamed));
        Assert.That(error?.ToString(), Is.EqualTo(reason));
    }

    [TestCase("")]
    [TestCase("AA")]
    [TestCase("AA2")]
    [TestCase("AA2x what")]
    [TestCase("aa21 didn't pay prefund")]
    [TestCase("AA211 no such code")]
    [TestCase("AA٢١ other digits")]
    [TestCase("reverted without data")]
    public void Other_texts_have_no_code(string reason) => Assert.That(AaError.Parse(reason), Is.Null);

    [TestCase("AA24 signature error", true, false)]
    [TestCase("AA34 signature error", true, false)]
    [TestCase("AA22 expired or not due", false, true)]
    [TestCase("AA27 outside valid block range", false, true)]
    [TestCase("AA32 paymaster expired or not due", false, true)]
    [TestCase("AA37 paymaster outside valid block range", false, true)]
    [TestCase("AA23 reverted", false, false)]
    public void Signatures_and_time_have_error_codes_of_their_own(string reason, bool signature, bool timeRange)
    {
        AaError? error = AaError.Parse(reason);

        Assert.That(error?.IsSignature, Is.EqualTo(signature));
        Assert.That(error?.IsTimeRange, Is.EqualTo(timeRange));
    }
}
