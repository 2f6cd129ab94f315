using System.Text.RegularExpressions;
using Bundler.Testing;

namespace Bundler.ClientTests.Api;

/// <summary>What the package's README shows is what the sample runs.</summary>
internal sealed partial class ReadmeTests
{
    [Test]
    public void Each_line_of_code_in_the_README_is_the_samples()
    {
        string sample = File.ReadAllText(Repo.PathOf("samples/DotnetWallet/Program.cs"));
        string[] blocks = [.. CodeBlock().Matches(File.ReadAllText(Repo.PathOf("src/Bundler.Client/README.md"))).Select(match => match.Groups[1].Value)];

        Assert.That(blocks, Has.Length.EqualTo(3));
        Assert.That(blocks.Where(block => !sample.Contains(block, StringComparison.Ordinal)), Is.Empty);
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
