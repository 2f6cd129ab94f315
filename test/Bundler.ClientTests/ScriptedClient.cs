using Nethereum.JsonRpc.Client;
using Nethereum.JsonRpc.Client.RpcMessages;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Bundler.ClientTests;

/// <summary>A bundler's answers from a script, through Nethereum's own way of reading them.</summary>
internal sealed class ScriptedClient(Func<string, JArray, JObject> answer) : ClientBase
{
    /// <summary>What was asked, in order.</summary>
    public List<(string Method, JArray Parameters)> Asked { get; } = [];

    public override Task<RpcResponseMessage> SendAsync(RpcRequestMessage rpcRequestMessage, string? route = null)
    {
        JArray parameters = JArray.Parse(JsonConvert.SerializeObject(rpcRequestMessage.RawParameters));
        Asked.Add((rpcRequestMessage.Method, parameters));
        JObject response = answer(rpcRequestMessage.Method, parameters);
        return Task.FromResult(JsonConvert.DeserializeObject<RpcResponseMessage>(response.ToString())!);
    }

    protected override Task<RpcResponseMessage[]> SendAsync(RpcRequestMessage[] requests) => throw new NotSupportedException();

    public static JObject Result(JToken? result) => new() { ["jsonrpc"] = "2.0", ["id"] = 1, ["result"] = result };

    public static JObject Error(int code, string message, JToken? data = null) =>
        new() { ["jsonrpc"] = "2.0", ["id"] = 1, ["error"] = new JObject { ["code"] = code, ["message"] = message, ["data"] = data } };

    public static JObject NoSuchMethod => Error(-32601, "no such method");
}
