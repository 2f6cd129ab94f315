namespace Bundler.Engine;

/// <summary>Waits that have an end whether or not what they wait for has one.</summary>
public static class BoundedWait
{
    /// <summary>Whether a task ended in time, however it did; it goes on where it did not. Never throws.</summary>
    public static async Task<bool> EndsWithinAsync(this Task task, TimeSpan time, TimeProvider clock)
    {
        await task.WaitAsync(time, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompleted;
    }
}
