using System.Globalization;
using Bundler.ChainTests.Methods;
using Bundler.Testing;

namespace Bundler.ChainTests;

/// <summary>A rig that does not come about leaves no process behind.</summary>
public sealed class LeftBehindTests
{
    private const string Refused = "--Bundler:NoSuchRoom:NoSuchKey=1";

    [Test]
    public void A_rig_whose_node_does_not_start_ends_its_chain()
    {
        string mark = Random.Shared.Next(100_000, int.MaxValue).ToString(CultureInfo.InvariantCulture);

        Assert.That(
            () => MethodRig.StartAsync(new AnvilOptions { ExtraArguments = ["--code-size-limit", mark] }, Refused),
            Throws.InvalidOperationException.With.Message.Contains("NoSuchRoom"));

        Assert.That(CommandLines().Where(line => line.Contains(mark, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task What_has_started_ends_the_last_first_and_not_at_all_once_it_belongs_to_a_rig()
    {
        List<string> ended = [];
        await using (Started started = new())
        {
            started.Add(new Part(ended, "chain"));
            started.Add(new Part(ended, "node"));
        }

        await using (Started started = new())
        {
            Part part = started.Add(new Part(ended, "kept"));
            Assert.That(started.HandOver(part), Is.SameAs(part));
        }

        Assert.That(ended, Is.EqualTo(new[] { "node", "chain" }));
    }

    private static IEnumerable<string> CommandLines() => Directory.EnumerateDirectories("/proc").Select(process =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return ""; // no process, or gone meanwhile
        }
        catch (UnauthorizedAccessException)
        {
            return "";
        }
    });

    private sealed class Part(List<string> ended, string name) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            ended.Add(name);
            return ValueTask.CompletedTask;
        }
    }
}
