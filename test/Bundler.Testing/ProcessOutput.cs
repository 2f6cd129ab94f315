using System.Collections.Concurrent;
using System.Diagnostics;

namespace Bundler.Testing;

/// <summary>Reads all that a child process prints, so that it never blocks, and keeps the end of it for a failing test's message.</summary>
public sealed class ProcessOutput
{
    private const int LinesKept = 200;

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _readyMark;
    private readonly TextWriter? _copy;
    private readonly Task _ended;
    private int _count;

    /// <param name="process">Both of its streams must be redirected.</param>
    /// <param name="readyMark">Stands in the line that says it is ready.</param>
    /// <param name="copy">Gets every line, and is disposed with the last.</param>
    public ProcessOutput(Process process, string readyMark, TextWriter? copy = null)
    {
        _readyMark = readyMark;
        _copy = copy;
        _ended = DrainBothAsync(process);
    }

    /// <summary>The line that holds the ready mark.</summary>
    /// <exception cref="InvalidOperationException">The process ended before; the message has its output.</exception>
    /// <exception cref="TimeoutException">It has not come by the deadline.</exception>
    public async Task<string> ReadyAsync(TimeSpan deadline, CancellationToken cancellationToken = default)
    {
        await Task.WhenAny(_ready.Task, _ended).WaitAsync(deadline, cancellationToken);
        return _ready.Task.IsCompleted
            ? await _ready.Task
            : throw new InvalidOperationException($"the process ended before it was ready:{Environment.NewLine}{this}");
    }

    /// <summary>How many lines there were.</summary>
    public int Count => _count;

    /// <summary>Until the process has closed both streams.</summary>
    public Task EndAsync() => _ended;

    /// <summary>The last lines printed.</summary>
    public override string ToString() => string.Join(Environment.NewLine, _lines);

    private async Task DrainBothAsync(Process process)
    {
        using (_copy)
        {
            await Task.WhenAll(DrainAsync(process.StandardOutput), DrainAsync(process.StandardError));
        }
    }

    private async Task DrainAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            Interlocked.Increment(ref _count);
            _copy?.WriteLine(line);
            _lines.Enqueue(line);
            if (_lines.Count > LinesKept)
            {
                _lines.TryDequeue(out _);
            }

            if (line.Contains(_readyMark, StringComparison.Ordinal))
            {
                _ready.TrySetResult(line);
            }
        }
    }
}
