using Bundler.Engine.Fleet;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;

namespace Bundler.Testing;

/// <summary>That of a node that is alone: nobody is told anything.</summary>
public sealed class MemoryWaitStore : IWaitStore
{
    public bool IsShared => false;

    public Task<string?> FindAsync(Hash32 userOpHash, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task<IReadOnlyDictionary<Hash32, string>> LoadAsync(Address entryPoint, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<Hash32, string>>(new Dictionary<Hash32, string>());

    public Task TellAsync(IReadOnlyDictionary<Hash32, string?> reasons, Fence fence, CancellationToken cancellationToken) => Task.CompletedTask;
}
