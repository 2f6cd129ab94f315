using System.Text.Json;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster;
using Bundler.Rpc.Methods.Sponsor;

namespace Bundler.Tests.Rpc.Methods.Sponsor;

public sealed class SponsorContextTests
{
    [Test]
    public void The_shortest_window_is_one_that_is_of_use() =>
        Assert.That(Read("""{ "validForSeconds": 10 }""").Window, Is.EqualTo(TimeSpan.FromSeconds(10)));

    [TestCase("9", "must be at least 10")]
    [TestCase("0", "must be at least 10")]
    [TestCase("-1", "must be at least 10")]
    [TestCase("1.5", "expected a whole number of seconds")]
    [TestCase("99999999999", "expected a whole number of seconds")]
    public void Another_window_is_refused_with_its_own_words(string seconds, string message) =>
        Assert.That(() => Read($$"""{ "validForSeconds": {{seconds}} }"""), Throws.TypeOf<CodecException>().With.Message.Contains(message));

    private static SponsorAsk Read(string context) => SponsorContext.Read(JsonElement.Parse(context));
}
