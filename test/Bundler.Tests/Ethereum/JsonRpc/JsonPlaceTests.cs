using System.Text;
using Bundler.Ethereum.JsonRpc;

namespace Bundler.Tests.Ethereum.JsonRpc;

public sealed class JsonPlaceTests
{
    [TestCase("""<1""", "")]
    [TestCase("""{"a":<1}""", "a")]
    [TestCase("""{"a":1,"b":{"c":<2}}""", "b.c")]
    [TestCase("""{"a":[],"b":[0,{"c":[1]},{"c":[7,<8]}]}""", "b[2].c[1]")]
    [TestCase("""[[1],[2,<3]]""", "[1][1]")]
    [TestCase("""{"a":{"b":[1,2]},<"c":3}""", "c")]
    [TestCase("""{"a":{"b":1<},"c":3}""", "a")]
    [TestCase("""{"a":[{"b":1},{"c":2<}]}""", "a[1]")]
    public void The_place_of_a_token_is_its_path(string marked, string path)
    {
        int index = Encoding.UTF8.GetByteCount(marked[..marked.IndexOf('<', StringComparison.Ordinal)]);
        byte[] json = Encoding.UTF8.GetBytes(marked.Remove(marked.IndexOf('<', StringComparison.Ordinal), 1));

        Assert.That(JsonPlace.Of(json, index, default), Is.EqualTo(path));
    }
}
