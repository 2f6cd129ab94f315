using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Chain;

/// <summary>The EntryPoints that this node serves, in the order of the configuration.</summary>
public sealed record ServedEntryPoints(IReadOnlyList<EntryPoint> All)
{
    public EntryPoint? Find(Address address) => All.FirstOrDefault(entryPoint => entryPoint.Address == address);
}
