using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Eth;

/// <summary>eth_chainId: the chain that the bundler works on.</summary>
/// <param name="client">The bundler.</param>
public sealed class EthChainId(IClient client) : ParameterlessRequest<HexBigInteger>(client, "eth_chainId");
