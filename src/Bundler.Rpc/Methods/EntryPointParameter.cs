using Bundler.Engine.Chain;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;

namespace Bundler.Rpc.Methods;

/// <summary>Reads a parameter that names one of the served EntryPoints.</summary>
public sealed class EntryPointParameter(ServedEntryPoints served)
{
    /// <exception cref="CodecException">No address, or one that is not served.</exception>
    public EntryPoint Read(RpcParams parameters, int index)
    {
        Address address = parameters.Address(index);
        return served.Find(address)
            ?? throw new CodecException(parameters.Path(index), $"EntryPoint {address} is not supported; supported: {string.Join(", ", served.All.Select(entryPoint => entryPoint.Address))}");
    }
}
