using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Primitives;

public sealed class CodecExceptionTests
{
    [Test]
    public void The_path_grows_from_the_inside_out()
    {
        CodecException fault = new CodecException("is odd").Within("callData").Within("[0]").Within("params");

        Assert.That(fault.Path, Is.EqualTo("params[0].callData"));
        Assert.That(fault.Message, Is.EqualTo("params[0].callData: is odd"));
        Assert.That(fault.Reason, Is.EqualTo("is odd"));
    }

    [Test]
    public void Without_a_path_the_message_is_the_reason() => Assert.That(new CodecException("is odd").Message, Is.EqualTo("is odd"));
}
