using System.Text;
using System.Text.Json;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Ethereum.Client;

[TestFixture]
public sealed class StateOverrideTests
{
    private const string Account = "0x1111111111111111111111111111111111111111";
    private const string One = "0x0000000000000000000000000000000000000000000000000000000000000001";

    [TestCase("{}")]
    [TestCase($$$$"""{"{{{{Account}}}}":{"balance":"0x10","nonce":"0x2","code":"0x6000"}}""")]
    [TestCase($$$$"""{"{{{{Account}}}}":{"stateDiff":{"{{{{One}}}}":"{{{{One}}}}"}}}""")]
    [TestCase($$$$"""{"{{{{Account}}}}":{"state":{"{{{{One}}}}":"{{{{One}}}}"}}}""")]
    public void What_is_read_is_written_as_it_was(string json)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            Read(json).WriteTo(writer);
        }

        Assert.That(Encoding.UTF8.GetString(stream.ToArray()), Is.EqualTo(json));
    }

    [TestCase($$$$"""{"{{{{Account}}}}":{"state":{},"stateDiff":{}}}""", "excludes")]
    [TestCase($$$$"""{"{{{{Account}}}}":{"gold":"0x1"}}""", "gold")]
    [TestCase($$$$"""{"{{{{Account}}}}":{"balance":1}}""", "balance")]
    [TestCase($$$$"""{"{{{{Account}}}}":7}""", "object")]
    [TestCase("""{"0x12":{}}""", "")]
    public void Malformed_overrides_are_refused_with_their_place(string json, string part) =>
        Assert.That(() => Read(json), Throws.TypeOf<CodecException>().With.Message.Contains(part));

    private static StateOverride Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return StateOverride.Read(document.RootElement);
    }
}
