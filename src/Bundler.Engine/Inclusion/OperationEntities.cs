using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// Whose opsIncluded an included operation changes (ERC-7562, reputation): all that it names. Entities that were never seen have no
/// counters and get none, so an unstaked sender is left out by itself.
/// </summary>
internal static class OperationEntities
{
    public static IEnumerable<Address> Of(MempoolEntry entry) => entry.Entities.Select(entity => entity.Address).Distinct();

    /// <summary>By its content, or where that is not known by its event.</summary>
    public static IEnumerable<Address> Of(IncludedOperation included, EntryPoint entryPoint)
    {
        HashSet<Address> entities = [included.Sender];
        if (included.Paymaster is { } paymaster)
        {
            entities.Add(paymaster);
        }

        if (included.OperationJson is { } json && OperationJson.Read(entryPoint, json).Factory is { } factory && factory != Eip7702Marker.Address)
        {
            entities.Add(factory);
        }

        return entities;
    }
}
