using Nethereum.JsonRpc.Client;
using Nethereum.Web3;

namespace Bundler.Client;

/// <summary>web3.Bundler(): where Nethereum's users look for a bundler.</summary>
public static class Web3BundlerExtensions
{
    /// <summary>The bundler behind the URL of the chain itself.</summary>
    /// <param name="web3">The chain.</param>
    public static BundlerApiService Bundler(this IWeb3 web3) => new(web3.Client);

    /// <summary>The bundler at a URL of its own.</summary>
    /// <param name="web3">The chain.</param>
    /// <param name="url">The bundler's URL.</param>
    public static BundlerApiService Bundler(this IWeb3 web3, Uri url) => web3.Bundler(new RpcClient(url));

    /// <summary>The bundler behind a client of the caller's: with headers, a proxy, a test's answers.</summary>
    /// <param name="web3">The chain.</param>
    /// <param name="client">The bundler's client.</param>
    public static BundlerApiService Bundler(this IWeb3 web3, IClient client)
    {
        ArgumentNullException.ThrowIfNull(web3);
        return new BundlerApiService(client);
    }
}
