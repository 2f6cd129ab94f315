using Bundler.Rpc;
using Bundler.Rpc.JsonRpc;

namespace Bundler.Tests.Rpc.JsonRpc;

/// <summary>Which methods exist.</summary>
internal sealed class MethodCatalogTests
{
    private const string Call = """{"jsonrpc":"2.0","id":1,"method":"debug_bundler_clearState"}""";
    private static readonly StubMethod _debug = new("debug_bundler_clearState", _ => RpcReply.Text("ok"));

    [Test]
    public async Task The_debug_namespace_does_not_exist_unless_asked_for()
    {
        string hidden = await Processors.With(_debug).AskAsync(Call);
        string unknown = await Processors.With().AskAsync(Call);

        Assert.That(Processors.CodeOf(hidden), Is.EqualTo(-32601));
        Assert.That(hidden, Is.EqualTo(unknown));
    }

    [Test]
    public async Task The_debug_namespace_is_there_when_asked_for() =>
        Assert.That(
            await Processors.With(new RpcOptions { DebugApi = true }, _debug).AskAsync(Call),
            Is.EqualTo("""{"jsonrpc":"2.0","id":1,"result":"ok"}"""));

    [Test]
    public void Two_methods_of_one_name_stop_the_start() =>
        Assert.That(() => Processors.With(StubMethod.Echo, StubMethod.Echo), Throws.ArgumentException);
}
