using Bundler.Engine.Development;
using Bundler.Node.Configuration;
using Bundler.Node.Startup;
using Bundler.Rpc;
using Microsoft.Extensions.Options;

namespace Bundler.Node.Commands;

/// <summary>Serves until a signal ends it.</summary>
internal static class RunCommand
{
    public static async Task<int> RunAsync(LayerReader layers, TextWriter output, TextWriter errors)
    {
        Preparation preparation = await new NodeStartup(layers, NodeCommand.Run).PrepareAsync(CancellationToken.None);
        if (preparation.Node is not { } node)
        {
            return Refusal.Tell(errors, preparation.Findings);
        }

        await using WebApplication app = Build(node);
        FaultSwitch.Arm(app.Services.GetRequiredService<IOptions<DevelopmentOptions>>().Value.DieAt);
        try
        {
            await app.StartAsync();
        }
        catch (Exception fault) when (StartFault.IsTold(fault))
        {
            return Refusal.Tell(errors, [fault.Message]);
        }

        StartupLog.Tell(app.Services, node);
        try
        {
            await ReadyLine.PrintAsync(app.Services, node, output, app.Lifetime.ApplicationStopping);
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Told to stop before it was ready: it stops below.
        }

        await app.WaitForShutdownAsync();
        return 0;
    }

    private static WebApplication Build(PreparedNode node)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(node.Configuration);
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        builder.Services.AddNode(node);
        WebApplication app = builder.Build();
        app.MapRpc();
        return app;
    }
}
