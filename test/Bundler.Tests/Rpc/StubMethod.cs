using Bundler.Rpc.JsonRpc;

namespace Bundler.Tests.Rpc;

/// <summary>A method that does what the test says.</summary>
internal sealed class StubMethod(string name, Func<RpcParams, CancellationToken, ValueTask<RpcReply>> invoke, params RpcParameter[] parameters) : RpcMethod
{
    public StubMethod(string name, Func<RpcParams, RpcReply> invoke, params RpcParameter[] parameters)
        : this(name, (given, _) => ValueTask.FromResult(invoke(given)), parameters)
    {
    }

    public override string Name => name;

    public override IReadOnlyList<RpcParameter> Parameters => parameters;

    public override ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken) => invoke(parameters, cancellationToken);

    /// <summary>test_echo: answers its one text.</summary>
    public static StubMethod Echo { get; } = new("test_echo", given => RpcReply.Text(given.Text(0)), RpcParameter.Text("text"));

    public static StubMethod Throws(string name, Exception fault) => new(name, RpcReply (_) => throw fault);
}
