namespace Bundler.Testing;

/// <summary>Waits for a condition by asking again and again until a deadline: the one place where tests pass time.</summary>
public static class Eventually
{
    /// <summary>The deadline of waits whose length is not the point: no test takes it unless it fails, however busy the machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(25);

    /// <exception cref="TimeoutException">The condition did not come true in time; the message says <paramref name="what"/>.</exception>
    public static async Task Async(Func<Task<bool>> condition, TimeSpan deadline, string what, CancellationToken cancellationToken = default)
    {
        TimeProvider clock = TimeProvider.System;
        long start = clock.GetTimestamp();
        while (!await condition())
        {
            if (clock.GetElapsedTime(start) > deadline)
            {
                throw new TimeoutException($"did not happen within {deadline.TotalSeconds:0.#} s: {what}");
            }

            await Task.Delay(_interval, clock, cancellationToken);
        }
    }

    /// <inheritdoc cref="Async(Func{Task{bool}}, TimeSpan, string, CancellationToken)"/>
    public static Task Async(Func<bool> condition, TimeSpan deadline, string what, CancellationToken cancellationToken = default) =>
        Async(() => Task.FromResult(condition()), deadline, what, cancellationToken);
}
