using Bundler.Engine.Chain;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;

namespace Bundler.Rpc.Methods.Sponsor;

/// <summary>The parameters of ERC-7677: <c>[userOperation, entryPoint, chainId, context]</c>.</summary>
internal sealed class SponsorParameters(EntryPointParameter entryPoints, ChainProfile chain)
{
    public static IReadOnlyList<RpcParameter> OfErc7677 { get; } =
        [RpcParameter.Object("userOperation"), RpcParameter.Address("entryPoint"), RpcParameter.Quantity("chainId"), SponsorContext.Parameter];

    /// <summary>The EntryPoint, once the chain is ours.</summary>
    /// <exception cref="CodecException">Another chain or EntryPoint than is served (S2-40).</exception>
    public EntryPoint Read(RpcParams parameters)
    {
        UInt256 chainId = parameters.Quantity(2);
        return chainId == chain.ChainId
            ? entryPoints.Read(parameters, 1)
            : throw new CodecException(parameters.Path(2), $"chain {chainId} is not served here, this is chain {chain.ChainId}");
    }
}
