using System.Reflection;
using System.Text.RegularExpressions;
using Bundler.Erc4337;
using Bundler.Testing;

namespace Bundler.Tests.Architecture;

/// <summary>docs/spec-map.md tells the truth: each rule id has a home that names it, and tests that do.</summary>
public sealed partial class SpecMapTests
{
    private static readonly Lazy<IReadOnlyDictionary<string, Row>> _rows = new(Read);

    [Test]
    public void Each_rule_stands_on_the_map_once() => Assert.That(_rows.Value.Keys, Is.EquivalentTo(Rules()));

    [TestCaseSource(nameof(Rules))]
    public void A_rules_home_names_it(string rule)
    {
        string home = Text(_rows.Value[rule].Home);

        Assert.That(home.Contains(rule, StringComparison.Ordinal) || NamesConstant(home, rule), Is.True, _rows.Value[rule].Home);
    }

    [TestCaseSource(nameof(Rules))]
    public void A_rule_has_tests_that_name_it(string rule)
    {
        Row row = _rows.Value[rule];

        Assert.That(row.Tests, Is.Not.Empty);
        Assert.That(row.Tests.Where(test => !Names(test, rule)), Is.Empty, $"tests without {rule}");
    }

    private static IEnumerable<string> Rules() =>
        typeof(Erc7562Rule).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);

    /// <summary>A test method by its name; a spec case by the id it is made with.</summary>
    private static bool Names(string path, string rule)
    {
        string text = Text(path);
        return path.EndsWith("Cases.cs", StringComparison.Ordinal)
            ? text.Contains($"\"{rule}\"", StringComparison.Ordinal) || NamesConstant(text, rule)
            : text.Contains($"{rule.Replace('-', '_')}_", StringComparison.Ordinal);
    }

    private static bool NamesConstant(string text, string rule) =>
        text.Contains($"Erc7562Rule.{rule[0]}{rule[1..].Replace("-", "", StringComparison.Ordinal).ToLowerInvariant()}", StringComparison.Ordinal);

    private static string Text(string path) => File.ReadAllText(Repo.PathOf(path));

    private static IReadOnlyDictionary<string, Row> Read()
    {
        Dictionary<string, Row> rows = [];
        foreach (string line in File.ReadLines(Repo.PathOf("docs/spec-map.md")).Where(line => RuleLine().IsMatch(line)))
        {
            string[] cells = line.Split('|', StringSplitOptions.TrimEntries);
            rows.Add(cells[1], new Row(Links(cells[3]).Single(), [.. Links(cells[4])]));
        }

        return rows;
    }

    private static IEnumerable<string> Links(string cell) => Link().Matches(cell).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"^\| [A-Z]+-\d+ \|")]
    private static partial Regex RuleLine();

    [GeneratedRegex(@"\]\(\.\./([^)]+)\)")]
    private static partial Regex Link();

    private sealed record Row(string Home, IReadOnlyList<string> Tests);
}
