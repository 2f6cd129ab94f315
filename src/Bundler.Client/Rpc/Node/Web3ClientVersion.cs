using Nethereum.JsonRpc.Client;

namespace Bundler.Client.Rpc.Node;

/// <summary>web3_clientVersion: the bundler's name and version.</summary>
/// <param name="client">The bundler.</param>
public sealed class Web3ClientVersion(IClient client) : ParameterlessRequest<string>(client, "web3_clientVersion");
