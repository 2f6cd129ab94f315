using Bundler.Engine.Pool;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Submission;

/// <summary>A chain and a store, and the lives of the submission room that one test has over them.</summary>
internal sealed class SubmissionLives : IDisposable
{
    private readonly List<SubmissionRoom> _rooms = [];

    public SmallChain Chain { get; } = new();

    public MemorySubmissionStore Store { get; } = new();

    public Task<SubmissionRoom> BeginAsync(params MempoolEntry[] pending) => BeginAsync(1, pending);

    /// <summary>A room with so many keys, and these operations in its pool.</summary>
    public async Task<SubmissionRoom> BeginAsync(int keys, params MempoolEntry[] pending)
    {
        SubmissionRoom room = Add(new SubmissionRoom(Chain.Node, Store, keys: keys));
        await room.StartAsync(pending);
        return room;
    }

    /// <summary>One that is not begun yet.</summary>
    public SubmissionRoom Add(SubmissionRoom room)
    {
        _rooms.Add(room);
        return room;
    }

    public void Dispose() => _rooms.ForEach(room => room.Dispose());
}
