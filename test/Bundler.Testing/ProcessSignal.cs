using System.Runtime.InteropServices;

namespace Bundler.Testing;

/// <summary>Stops, continues and ends a process the way the shell does (Linux signal numbers).</summary>
internal static class ProcessSignal
{
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Stop = 19;

    /// <summary>Whether the process stands still ("T" in proc(5)).</summary>
    public static bool IsStopped(int processId)
    {
        string stat = File.ReadAllText($"/proc/{processId}/stat");
        return stat[stat.LastIndexOf(')') + 2] == 'T';
    }

    public static void SendStop(int processId) => Send(processId, Stop);

    public static void SendTerminate(int processId) => Send(processId, Terminate);

    public static void SendContinue(int processId) => Send(processId, Continue);

    private static void Send(int processId, int signal)
    {
        if (Kill(processId, signal) != 0)
        {
            throw new InvalidOperationException($"kill({processId}, {signal}): {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
