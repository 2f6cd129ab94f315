namespace Bundler.Node.Commands;

/// <summary>Tells all findings at once.</summary>
internal static class Refusal
{
    /// <returns>The exit code of a node that does not start.</returns>
    public static int Tell(TextWriter errors, IReadOnlyList<string> findings)
    {
        errors.WriteLine($"The node does not start, for {findings.Count} reason{(findings.Count == 1 ? "" : "s")}:");
        return List(errors, findings);
    }

    /// <summary>Without a word before them.</summary>
    /// <returns><paramref name="exitCode"/>.</returns>
    public static int List(TextWriter errors, IReadOnlyList<string> findings, int exitCode = 1)
    {
        foreach (string finding in findings)
        {
            errors.WriteLine($"- {finding}");
        }

        return exitCode;
    }
}
