using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Bundler.Testing;

/// <summary>The prepared state of a dev chain (scripts/chain/prepare.mjs), asked for once per chain id and test run.</summary>
internal static class DevChainState
{
    private static readonly ConcurrentDictionary<ulong, Lazy<Task<string>>> _files = new();

    /// <summary>The path of the state file; the script makes it when it is not there, and concurrent runs do not disturb each other.</summary>
    public static Task<string> FileAsync(ulong chainId) => _files.GetOrAdd(chainId, id => new Lazy<Task<string>>(() => PrepareAsync(id))).Value;

    private static async Task<string> PrepareAsync(ulong chainId)
    {
        ProcessStartInfo start = new("node", [Repo.PathOf("scripts/chain/prepare.mjs"), chainId.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process node = Process.Start(start) ?? throw new InvalidOperationException("node did not start");
        Task<string> errors = node.StandardError.ReadToEndAsync();
        string file = (await node.StandardOutput.ReadToEndAsync()).Trim();
        await node.WaitForExitAsync();
        return node.ExitCode == 0 ? file : throw new InvalidOperationException($"preparing the dev chain failed: {await errors}");
    }
}
