using System.Text;
using System.Text.Json;
using Bundler.Rpc.JsonRpc;

namespace Bundler.Tests.Rpc.JsonRpc;

/// <summary>Duplicate keys and broken surrogate pairs.</summary>
internal sealed class JsonGuardTests
{
    [TestCase("""{"a":1,"b":{"a":1}}""", ExpectedResult = null)]
    [TestCase("""[{"a":1},{"a":1}]""", ExpectedResult = null)]
    [TestCase("1", ExpectedResult = null)]
    [TestCase("""{"a":1,"a":1}""", ExpectedResult = "a")]
    [TestCase("""{"a":1,"\u0061":1}""", ExpectedResult = "a")]
    [TestCase("""[0,{"x":[[{"a":1,"a":1}]]}]""", ExpectedResult = "[1].x[0][0].a")]
    [TestCase("""{"x":{"":1,"":2}}""", ExpectedResult = "x.")]
    public string? A_key_named_twice_is_found(string json) => JsonGuard.FindDuplicateKey(JsonElement.Parse(json));

    [TestCase("""plain \n \\ \" \u0041 \\ud800 """, ExpectedResult = false)]
    [TestCase("""\ud83d\ude00""", ExpectedResult = false)]
    [TestCase("""\uD83D\uDE00\ud83d\ude00""", ExpectedResult = false)]
    [TestCase("""\ud7ff\ue000""", ExpectedResult = false)]
    [TestCase("""\ud83d""", ExpectedResult = true)]
    [TestCase("""\ud83d \ude00""", ExpectedResult = true)]
    [TestCase("""\ud83d\n""", ExpectedResult = true)]
    [TestCase("""\ud83d\ud83d\ude00""", ExpectedResult = true)]
    [TestCase("""\udfff""", ExpectedResult = true)]
    [TestCase("""\\\udfff""", ExpectedResult = true)]
    [TestCase("""\""", ExpectedResult = false)]
    [TestCase("""\ud8""", ExpectedResult = false)]
    public bool Half_a_surrogate_pair_is_found(string json) => JsonGuard.HasLoneSurrogate(Encoding.UTF8.GetBytes(json));
}
