using System.Collections.Concurrent;
using Bundler.Engine.Alarms;

namespace Bundler.Tests.Paymaster;

/// <summary>Remembers what it was told.</summary>
internal sealed class HeardAlarm : IAlarm
{
    private readonly ConcurrentQueue<Alarm> _heard = new();

    public IReadOnlyList<Alarm> Heard => [.. _heard];

    public void Raise(Alarm alarm) => _heard.Enqueue(alarm);
}
