using System.Net;
using System.Text;
using Bundler.Engine;
using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Paymaster.Deposits;
using Bundler.Paymaster.Keys;
using Bundler.Paymaster.Ledger;
using Bundler.Rpc;
using Bundler.Rpc.Access;
using Bundler.Rpc.JsonRpc;
using Bundler.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bundler.Tests.Rpc;

/// <summary>The RPC on a real Kestrel at a free port, with methods of the test's own.</summary>
internal sealed class RpcHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RpcHost(WebApplication app)
    {
        _app = app;
        Url = new Uri(app.Urls.First());
        OperatorUrl = app.Urls.Skip(1).Select(url => new Uri(url)).SingleOrDefault();
        Client = new HttpClient { BaseAddress = Url };
    }

    public Uri Url { get; }

    /// <summary>Where the operators' routes are, if they are served.</summary>
    public Uri? OperatorUrl { get; }

    public HttpClient Client { get; }

    /// <param name="methods">Instead of the node's; null for the node's own.</param>
    /// <param name="services">More of the test's own.</param>
    /// <param name="settings">Keys below Bundler:Rpc.</param>
    public static async Task<RpcHost> StartAsync(
        RpcMethod[]? methods = null, Action<IServiceCollection>? services = null, params (string Key, string Value)[] settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(
            settings.Append(("Port", "0")).Select(setting => KeyValuePair.Create($"{RpcOptions.Section}:{setting.Item1}", (string?)setting.Item2)));
        builder.Services.AddSingleton(new NodeDescription("bundler/test"));
        builder.Services.AddSingleton<ILeaseStore>(new MemoryLeaseStore(TimeProvider.System));
        builder.Services.AddSingleton(new NodeSelf("bundler/test", () => ""));
        builder.Services.AddSingleton<NodeIdentity>();
        builder.Services.AddSingleton(new ServedEntryPoints([A.EntryPoint]));
        builder.Services.AddSingleton<IApiKeyStore>(new MemoryApiKeyStore());
        builder.Services.AddSingleton<EngineMetrics>();
        builder.Services.AddSingleton<DepositBook>();
        builder.Services.AddSingleton(OwnPaymasters.None);
        builder.Services.AddSingleton<IGrantStore>(NoGrants.Instance);
        builder.Services.AddSingleton<IGrantUpkeep>(NoGrants.Instance);
        builder.Services.AddRpc(builder.Configuration);
        if (methods is not null)
        {
            builder.Services.AddSingleton(provider => new MethodCatalog(methods, provider.GetRequiredService<NamespaceGate>()));
        }

        services?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        app.MapRpc();
        await app.StartAsync();
        return new RpcHost(app);
    }

    /// <summary>POST with a text body.</summary>
    public async Task<(HttpStatusCode Status, string Body)> PostAsync(string body, string path = "/", string contentType = "application/json")
    {
        using StringContent content = new(body, Encoding.UTF8, contentType);
        using HttpResponseMessage response = await Client.PostAsync(path, content);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
