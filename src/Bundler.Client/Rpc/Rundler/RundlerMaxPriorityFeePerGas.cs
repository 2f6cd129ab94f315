using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Rundler;

/// <summary>rundler_maxPriorityFeePerGas: the tip that operations need now.</summary>
/// <param name="client">The bundler.</param>
public sealed class RundlerMaxPriorityFeePerGas(IClient client) : ParameterlessRequest<HexBigInteger>(client, "rundler_maxPriorityFeePerGas");
