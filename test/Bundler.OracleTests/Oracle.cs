using System.Collections.Concurrent;

namespace Bundler.OracleTests;

/// <summary>Asks both implementations the same questions, many times; each question has a seed of its own, so that one can be asked again alone.</summary>
internal static class Oracle
{
    /// <summary>Questions of each kind.</summary>
    public const int Questions = 10_000;

    private const int Shown = 3;

    /// <summary>Fails with the first questions that were answered differently.</summary>
    /// <param name="question">The two answers, to be compared as text.</param>
    /// <param name="questions">How many.</param>
    public static void Agrees(Func<Random, (string Ours, string Theirs)> question, int questions = Questions)
    {
        ConcurrentDictionary<int, string> differences = new();
        Parallel.For(0, questions, (seed, loop) =>
        {
            string? difference = Difference(question, seed);
            if (difference is not null && differences.TryAdd(seed, difference) && differences.Count >= Shown)
            {
                loop.Stop();
            }
        });
        Assert.That(differences.OrderBy(each => each.Key).Select(each => $"seed {each.Key}: {each.Value}"), Is.Empty);
    }

    private static string? Difference(Func<Random, (string Ours, string Theirs)> question, int seed)
    {
        try
        {
            (string ours, string theirs) = question(new Random(seed));
            return ours == theirs ? null : $"\n  ours   {ours}\n  theirs {theirs}";
        }
        catch (Exception fault) when (fault is not AssertionException)
        {
            return fault.ToString();
        }
    }
}
