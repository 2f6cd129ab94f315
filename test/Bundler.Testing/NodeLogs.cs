using System.Diagnostics;

namespace Bundler.Testing;

/// <summary>What every node of a test run printed, kept until the next run for the search for secrets.</summary>
public static class NodeLogs
{
    public static string Folder { get; } = Repo.PathOf("artifacts/node-logs");

    /// <summary>A file of its own for a process; several may write to it at a time.</summary>
    internal static TextWriter Open(Process process)
    {
        Directory.CreateDirectory(Folder);
        FileStreamOptions options = new() { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        return TextWriter.Synchronized(new StreamWriter(Path.Combine(Folder, $"{process.Id}.log"), options) { AutoFlush = true });
    }
}
