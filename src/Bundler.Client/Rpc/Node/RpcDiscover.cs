using Nethereum.JsonRpc.Client;
using Newtonsoft.Json.Linq;

namespace Bundler.Client.Rpc.Node;

/// <summary>rpc.discover: the OpenRPC document of what can be called.</summary>
/// <param name="client">The bundler.</param>
public sealed class RpcDiscover(IClient client) : ParameterlessRequest<JObject>(client, "rpc.discover");
