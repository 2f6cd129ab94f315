using Microsoft.Extensions.Logging;

namespace Bundler.Tests;

/// <summary>A log that keeps its lines for the test to read.</summary>
internal sealed class LogLines<T> : ILogger<T>
{
    private readonly Lock _lock = new();
    private readonly List<(LogLevel Level, string Line)> _lines = [];

    public IReadOnlyList<string> Of(LogLevel level)
    {
        lock (_lock)
        {
            return [.. _lines.Where(line => line.Level == level).Select(line => line.Line)];
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lock)
        {
            _lines.Add((logLevel, formatter(state, exception)));
        }
    }
}
