using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Skandha;

/// <summary>skandha_getGasPrice: the fees to take.</summary>
/// <param name="client">The bundler.</param>
public sealed class SkandhaGetGasPrice(IClient client) : ParameterlessRequest<FeeLevel>(client, "skandha_getGasPrice");
