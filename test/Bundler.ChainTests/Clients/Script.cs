using System.Diagnostics;
using Bundler.Testing;

namespace Bundler.ChainTests.Clients;

/// <summary>A Node.js script of this repository, run to its end.</summary>
internal static class Script
{
    /// <summary>Fails the test with all that the script printed, and <paramref name="context"/>, unless it ends with 0 in time.</summary>
    public static async Task RunAsync(string path, Func<string> context, params string[] arguments)
    {
        ProcessStartInfo start = new("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Repo.PathOf(path));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        using CancellationTokenSource late = new(Eventually.Patience);
        Task<string> output = process.StandardOutput.ReadToEndAsync(late.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(late.Token);
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }

        Assert.That(process.ExitCode, Is.Zero, $"{await output}\n{await errors}\n{context()}");
    }
}
