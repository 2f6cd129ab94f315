using System.Text.RegularExpressions;
using Bundler.Engine.Development;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Development;

/// <summary>The list of fault points is true: each is passed at one place.</summary>
public sealed class FaultPointTests
{
    private static readonly Lazy<string[]> _passed = new(Read);

    private static IEnumerable<FaultPoint> Points => Enum.GetValues<FaultPoint>().Where(point => point != FaultPoint.None);

    [TestCaseSource(nameof(Points))]
    public void A_point_stands_in_the_source_once(FaultPoint point) =>
        Assert.That(_passed.Value.Count(name => name == point.ToString()), Is.EqualTo(1));

    [Test]
    public void Nothing_is_armed_where_nobody_arms()
    {
        foreach (FaultPoint point in Enum.GetValues<FaultPoint>())
        {
            FaultSwitch.Pass(point);
        }
    }

    private static string[] Read() =>
    [
        .. new[] { "src/Bundler.Engine", "src/Bundler.Storage", "src/Bundler.Paymaster" }.SelectMany(room => Directory.EnumerateFiles(Repo.PathOf(room), "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/Development/", StringComparison.Ordinal))
            .SelectMany(path => Regex.Matches(File.ReadAllText(path), @"FaultPoint\.(\w+)").Select(match => match.Groups[1].Value)),
    ];
}
