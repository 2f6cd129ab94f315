using System.Text.Json;
using Bundler.Engine;
using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Pace;
using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.Methods.DebugBundler;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Rpc.Methods.DebugBundler;

/// <summary>In a fleet bundling is commanded where it is done: elsewhere "ok" would be a lie.</summary>
public sealed class ElsewhereTests
{
    [TestCase(typeof(SendBundleNow), "[]")]
    [TestCase(typeof(SetBundlingMode), """["manual"]""")]
    [TestCase(typeof(SetBundleInterval), "[7]")]
    public async Task A_node_that_does_not_build_says_so_and_changes_nothing(Type type, string parameters)
    {
        Mempools mempools = new(new ServedEntryPoints([A.EntryPoint]), Options.Create(new PoolOptions()), new MemoryMempoolStore(), new OperationFeed(), TimeProvider.System);
        BundlingDesk desk = new(
            mempools, null!, null!, new SubmissionQueue(), new HeadFeed(), new Drain(), new Duties(TimeProvider.System), Options.Create(new BundlingOptions()),
            NullLogger<BundlingDesk>.Instance);
        TimeSpan interval = desk.Interval;
        RpcMethod method = (RpcMethod)Activator.CreateInstance(type, desk)!;

        RpcReply reply = await method.InvokeAsync(RpcParams.Read(JsonDocument.Parse(parameters).RootElement, method.Parameters), default);

        Assert.That((reply.Error?.Code, reply.Error?.Message), Is.EqualTo((RpcErrorCode.Elsewhere, "no node builds bundles now, this one neither")));
        Assert.That((desk.Mode, desk.Interval), Is.EqualTo((BundlingMode.Auto, interval)));
    }
}
