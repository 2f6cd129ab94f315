using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.JsonRpc;

/// <summary>One method of the JSON-RPC interface.</summary>
public abstract class RpcMethod
{
    /// <summary>The name on the wire, e.g. <c>eth_sendUserOperation</c>.</summary>
    public abstract string Name { get; }

    /// <summary>In order; optional ones last. Count, presence and JSON type are checked before <see cref="InvokeAsync"/>.</summary>
    public virtual IReadOnlyList<RpcParameter> Parameters => [];

    /// <summary>What the OpenRPC document says of it.</summary>
    public virtual MethodDescription? Description => null;

    /// <param name="parameters">Read them through its members: a fault found there has a path of <c>params</c>, which makes it the caller's.</param>
    /// <param name="cancellationToken">The caller is gone, or the deadline has passed.</param>
    /// <exception cref="Ethereum.Primitives.CodecException">A parameter is malformed: answered with -32602.</exception>
    public abstract ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken);
}
