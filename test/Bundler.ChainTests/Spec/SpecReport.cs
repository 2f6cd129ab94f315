using System.Collections.Concurrent;
using Bundler.Erc4337.EntryPoints;

namespace Bundler.ChainTests.Spec;

/// <summary>What the spec tests saw, as tab-separated lines for scripts/spec-tests.</summary>
internal sealed class SpecReport
{
    private readonly ConcurrentQueue<string> _lines = [];

    /// <summary>Rules that are taken away are tried with all their cases over all EntryPoints, not only until one notices.</summary>
    public static bool TriesAll { get; } = Environment.GetEnvironmentVariable("SPEC_WITHOUT_EACH") is not null;

    /// <summary>A case ran over an EntryPoint.</summary>
    public void Ran(string rule, string name, EntryPointVersion version, bool passed) =>
        _lines.Enqueue($"case\t{rule}\t{version}\t{(passed ? "pass" : "FAIL")}\t{name}");

    /// <summary>A rule was taken away, and so many of its cases noticed.</summary>
    public void Guarded(string rule, int noticed, int cases, string first) => _lines.Enqueue($"without\t{rule}\t{noticed}\t{cases}\t{first}");

    public void Write(string? path)
    {
        if (!string.IsNullOrEmpty(path))
        {
            File.WriteAllLines(path, _lines);
        }
    }
}
