using Bundler.Storage;

namespace Bundler.Tests.Storage;

/// <summary>Holds the writer inside a transaction, so that what is written next has to wait for the gate to open.</summary>
internal sealed class WriterGate
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private WriterGate(SqlDatabase database) => Held = database.WriteAsync((_, _) => PassAsync(), default);

    /// <summary>Ends when the held transaction is committed.</summary>
    public Task Held { get; }

    public static async Task<WriterGate> HoldAsync(SqlDatabase database)
    {
        WriterGate gate = new(database);
        await gate._begun.Task;
        return gate;
    }

    public void Open() => _opened.SetResult();

    private Task PassAsync()
    {
        _begun.SetResult();
        return _opened.Task;
    }
}
