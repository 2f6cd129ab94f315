using System.Collections.Concurrent;
using System.Diagnostics;

namespace Bundler.Testing;

/// <summary>The chains and nodes that run: whatever a test left behind ends with the test host.</summary>
internal static class ChildProcesses
{
    private static readonly ConcurrentDictionary<Process, byte> _running = [];

    static ChildProcesses() => AppDomain.CurrentDomain.ProcessExit += (_, _) => EndAll();

    public static Process Start(ProcessStartInfo start)
    {
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start");
        _running[process] = 0;
        return process;
    }

    /// <summary>Kills it if it still runs, and waits until it is gone.</summary>
    public static async Task EndAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync();
        _running.TryRemove(process, out _);
        process.Dispose();
    }

    private static void EndAll()
    {
        foreach (Process process in _running.Keys)
        {
            process.Kill();
        }
    }
}
