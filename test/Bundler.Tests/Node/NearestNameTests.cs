using Bundler.Node.Configuration;

namespace Bundler.Tests.Node;

public sealed class NearestNameTests
{
    [TestCase("", "", 0)]
    [TestCase("port", "", 4)]
    [TestCase("", "port", 4)]
    [TestCase("port", "PORT", 0)]
    [TestCase("potr", "port", 2)]
    [TestCase("kitten", "sitting", 3)]
    [TestCase("Saturday", "Sunday", 3)]
    public void The_distance_counts_insertions_deletions_and_replacements(string left, string right, int distance) =>
        Assert.That(NearestName.Distance(left, right), Is.EqualTo(distance));

    [Test]
    public void The_nearest_of_several_is_found() =>
        Assert.That(NearestName.Of("--prot", ["--rpc-url", "--port", "--host"]), Is.EqualTo("--port"));

    [Test]
    public void Nothing_is_near_to_nothing() => Assert.That(NearestName.Of("x", []), Is.Null);
}
