using System.Diagnostics;
using Bundler.Testing;

namespace Bundler.ChainTests.Clients;

/// <summary>Real clients, unmodified, against the running node: each script beside this file asserts for itself and ends with 0.</summary>
public sealed class ClientTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;

    private readonly Started _started = new();
    private AnvilProcess _anvil = null!;
    private NodeProcess _node = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _anvil = _started.Add(await AnvilProcess.StartAsync(new AnvilOptions { BlockTimeSeconds = 0.5 }));
        _node = _started.Add(await NodeProcess.StartAsync(_anvil.Url));
    }

    [OneTimeTearDown]
    public async Task EndAsync() => await _started.DisposeAsync();

    [TestCase("viem-simple-account.mjs", "0.6")]
    [TestCase("viem-simple-account.mjs", "0.7")]
    [TestCase("viem-simple-account.mjs", "0.8")]
    [TestCase("viem-7702.mjs", "0.8")]
    [TestCase("permissionless-smart-account-client.mjs", "0.6")]
    [TestCase("permissionless-smart-account-client.mjs", "0.7")]
    [TestCase("permissionless-smart-account-client.mjs", "0.8")]
    [TestCase("permissionless-safe.mjs", "0.7")]
    [TestCase("permissionless-pimlico.mjs", "0.7")]
    public async Task A_client_gets_its_operations_into_blocks(string script, string version)
    {
        ProcessStartInfo start = new("node")
        {
            ArgumentList = { Repo.PathOf($"test/Bundler.ChainTests/Clients/{script}"), _node.Url.ToString(), _anvil.Url.ToString(), version },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        using CancellationTokenSource late = new(_deadline);
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

        Assert.That(process.ExitCode, Is.Zero, $"{await output}\n{await errors}\n{_node.Output}");
    }
}
