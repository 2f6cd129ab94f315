using System.Collections;
using Bundler.Engine.Admission;
using Bundler.Engine.Bundling;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Node;
using Bundler.Node.Configuration;
using Bundler.Node.Startup;
using Bundler.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bundler.ChainTests.Spec;

/// <summary>
/// The whole node but its port, in this process and in manual mode, with the rules that a test leaves it. ORIGIN is admitted (ALT-020), so that
/// operations can behave in validation and turn in the bundle.
/// </summary>
internal sealed class PoolNode : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly DirectoryInfo _data;

    private PoolNode(IHost host, DirectoryInfo data)
    {
        _host = host;
        _data = data;
        Admission = host.Services.GetRequiredService<AdmissionDesk>();
        Bundling = host.Services.GetRequiredService<BundlingDesk>();
        Mempools = host.Services.GetRequiredService<Mempools>();
        Reputation = host.Services.GetRequiredService<ReputationLedger>();
        Statuses = host.Services.GetRequiredService<IMempoolStore>();
    }

    public AdmissionDesk Admission { get; }

    public BundlingDesk Bundling { get; }

    public Mempools Mempools { get; }

    public ReputationLedger Reputation { get; }

    public IMempoolStore Statuses { get; }

    /// <param name="chain">Its Ethereum node.</param>
    /// <param name="rules">The rules that it keeps.</param>
    /// <param name="signer">The account whose bundles it sends: each node on a chain has one of its own.</param>
    public static async Task<PoolNode> StartAsync(Uri chain, RuleSet rules, DevAccount signer)
    {
        DirectoryInfo data = Directory.CreateTempSubdirectory("bundler-pool-");
        string key = Path.Combine(data.FullName, "signer.key");
        await File.WriteAllTextAsync(key, signer.PrivateKey);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        string admitted = Path.Combine(data.FullName, "alt-mempools.json");
        await File.WriteAllTextAsync(admitted, """[{ "name": "turncoats", "rule": "OP-011" }]""");
        List<string> arguments =
        [
            "--rpc-url", chain.ToString(), "--port", "0", "--Bundler:Rpc:OperatorAddress=127.0.0.1:0", "--data-dir", data.FullName, "--bundling", "manual", "--Bundler:Bundling:DropAfterFailures=2",
            "--Bundler:Logging:Level=Warning", "--signer-key-file", key, $"--Bundler:Validation:AltMempoolFile={admitted}",
        ];
        arguments.AddRange(SpecStage.ServedAggregators().Select((address, i) => $"--Bundler:Validation:AllowedAggregators:{i}={address}"));
        LayerReader layers = new(CommandLine.Parse([.. arguments]), new Hashtable());
        Preparation preparation = await new NodeStartup(layers, NodeCommand.Run).PrepareAsync(CancellationToken.None);
        Assert.That(preparation.Findings, Is.Empty);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddConfiguration(preparation.Node!.Configuration);
        builder.Services.AddNode(preparation.Node).AddSingleton(rules);
        IHost host = builder.Build();
        await host.StartAsync();
        return new PoolNode(host, data);
    }

    /// <summary>Nothing pending, nobody known.</summary>
    public async Task ForgetAsync()
    {
        foreach (Mempool pool in Mempools.All)
        {
            await pool.ClearAsync(CancellationToken.None);
        }

        await Reputation.ClearAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _data.Delete(recursive: true);
    }
}
