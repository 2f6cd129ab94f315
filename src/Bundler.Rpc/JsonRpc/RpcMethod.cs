namespace Bundler.Rpc.JsonRpc;

/// <summary>One method of the JSON-RPC interface.</summary>
public abstract class RpcMethod
{
    /// <summary>The name on the wire, e.g. <c>eth_sendUserOperation</c>.</summary>
    public abstract string Name { get; }

    /// <summary>In order; optional ones last. Count, presence and JSON type are checked before <see cref="InvokeAsync"/>.</summary>
    public virtual IReadOnlyList<RpcParameter> Parameters => [];

    /// <exception cref="Ethereum.Primitives.CodecException">A parameter is malformed: answered with -32602.</exception>
    public abstract ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken);
}
