using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>Reads from what a handleOps reverted with which operation stopped it, and whom the AA code accuses. Pure.</summary>
public static class BundleFaults
{
    /// <param name="entryPoint">The one that was called.</param>
    /// <param name="operations">In the order of the call data.</param>
    /// <param name="revertData">What handleOps reverted with.</param>
    public static BundleFault Of(EntryPoint entryPoint, IReadOnlyList<UserOperation> operations, Bytes revertData)
    {
        BundleFailure failure = entryPoint.Bundles.DecodeFailure(revertData);
        int? index = failure.OpIndex is { } named && named < operations.Count ? named : null;
        return new BundleFault(index, failure.Reason, Blamed(operations, index, failure), revertData);
    }

    private static Entity? Blamed(IReadOnlyList<UserOperation> operations, int? index, BundleFailure failure)
    {
        if (failure.Aggregator is { } aggregator)
        {
            return new Entity(EntityKind.Aggregator, aggregator);
        }

        if (index is not { } at)
        {
            return null;
        }

        UserOperation operation = operations[at];
        return AaError.Parse(failure.Reason)?.Blamed switch
        {
            EntityKind.Factory when operation.Factory is { } factory && factory != Eip7702Marker.Address => new Entity(EntityKind.Factory, factory),
            EntityKind.Factory or EntityKind.Account => new Entity(EntityKind.Account, operation.Sender),
            EntityKind.Paymaster when operation.Paymaster is { } paymaster => new Entity(EntityKind.Paymaster, paymaster),
            _ => null,
        };
    }
}
