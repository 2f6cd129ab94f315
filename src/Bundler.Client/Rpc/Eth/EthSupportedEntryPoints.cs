using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Eth;

/// <summary>eth_supportedEntryPoints: the addresses of the EntryPoints that are served, the preferred one first.</summary>
/// <param name="client">The bundler.</param>
public sealed class EthSupportedEntryPoints(IClient client) : ParameterlessRequest<string[]>(client, "eth_supportedEntryPoints");
