using Bundler.Client.Rpc.Skandha;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC;

namespace Bundler.Client;

/// <summary>The methods that Skandha's clients know.</summary>
/// <param name="client">The bundler.</param>
public sealed class SkandhaApiService(IClient client) : RpcClientWrapper(client)
{
    /// <inheritdoc cref="SkandhaGetGasPrice"/>
    public SkandhaGetGasPrice GetGasPrice { get; } = new(client);
}
