using Bundler.Engine;
using Bundler.Engine.Alarms;
using Bundler.Testing;
using Microsoft.Extensions.Logging;

namespace Bundler.Tests.Engine.Alarms;

public sealed class LoggedAlarmTests
{
    [TestCase(true, LogLevel.Critical)]
    [TestCase(false, LogLevel.Warning)]
    public void An_alarm_is_written_as_loudly_as_it_is_meant(bool isCritical, LogLevel level)
    {
        RecordingLogger<LoggedAlarm> log = new();

        new LoggedAlarm(new EngineMetrics(), log).Raise(new Alarm("sponsor.stray", isCritical, "0x12", "somebody else signs."));

        Assert.That(log.Lines.Select(line => (line.Level, line.Text)), Is.EqualTo(new[] { (level, "ALARM sponsor.stray 0x12: somebody else signs.") }));
    }
}
