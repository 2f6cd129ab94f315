using Bundler.Engine.Chain;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Eth;

/// <summary>eth_chainId (ERC-7769): the EIP-155 chain id.</summary>
internal sealed class ChainId(ChainProfile chain) : RpcMethod
{
    private readonly string _id = Hex.EncodeQuantity(chain.ChainId);

    public override string Name => "eth_chainId";

    public override MethodDescription Description { get; } = new("The EIP-155 id of the chain.", Schemas.Quantity);

    public override ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken) => new(RpcReply.Text(_id));
}
