using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Erc4337.EntryPoints;

public sealed class ExecutionRevertTests
{
    private static readonly Bytes _message = AbiError.Message.Encode("out of stock");

    [Test]
    public void The_message_of_the_account_is_the_reason() => Assert.That(ExecutionRevert.Text(_message), Is.EqualTo("out of stock"));

    [Test]
    public void The_message_of_a_postOp_is_unwrapped() =>
        Assert.That(ExecutionRevert.Text(EntryPointErrors.PostOpReverted.Encode(_message)), Is.EqualTo("out of stock"));

    [Test]
    public void A_custom_error_is_its_data() => Assert.That(ExecutionRevert.Text(Bytes.Parse("0x12345678")), Is.EqualTo("0x12345678"));

    [Test]
    public void Nothing_is_said_to_be_nothing() => Assert.That(ExecutionRevert.Text(Bytes.Empty), Is.EqualTo("reverted without data"));
}
