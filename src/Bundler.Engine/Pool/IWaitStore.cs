using Bundler.Engine.Fleet;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>Why operations wait, as the node that builds their bundles tells the others. A reason goes with its operation.</summary>
public interface IWaitStore
{
    /// <summary>Others may want to know; else nothing is ever to be told.</summary>
    bool IsShared { get; }

    /// <summary>What was told of an operation last; <c>null</c>: it waits for nothing that was told, or it has left.</summary>
    Task<string?> FindAsync(Hash32 userOpHash, CancellationToken cancellationToken);

    /// <summary>All that is told of an EntryPoint's operations, by whomever.</summary>
    Task<IReadOnlyDictionary<Hash32, string>> LoadAsync(Address entryPoint, CancellationToken cancellationToken);

    /// <summary>Tells new reasons; <c>null</c>: the operation waits no more. Operations that have left are passed over.</summary>
    /// <exception cref="LeaseLostException">Another node builds the bundles: nothing is told.</exception>
    Task TellAsync(IReadOnlyDictionary<Hash32, string?> reasons, Fence fence, CancellationToken cancellationToken);
}
