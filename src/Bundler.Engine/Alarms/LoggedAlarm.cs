using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Alarms;

/// <summary>Writes each alarm into the log and counts it.</summary>
internal sealed class LoggedAlarm(EngineMetrics metrics, ILogger<LoggedAlarm> logger) : IAlarm
{
    private readonly Counter<long> _raised = metrics.Meter.CreateCounter<long>("bundler.alarms", null, "Alarms that were raised, by name.");

    public void Raise(Alarm alarm)
    {
        _raised.Add(1, new KeyValuePair<string, object?>("alarm", alarm.Name));
        if (alarm.IsCritical)
        {
            logger.AlarmRaised(alarm.Name, alarm.Subject, alarm.Text);
        }
        else
        {
            logger.WarningRaised(alarm.Name, alarm.Subject, alarm.Text);
        }
    }
}

internal static partial class AlarmLog
{
    [LoggerMessage(EventId = 1901, Level = LogLevel.Critical, Message = "ALARM {Name} {Subject}: {Text}")]
    public static partial void AlarmRaised(this ILogger logger, string name, string subject, string text);

    [LoggerMessage(EventId = 1902, Level = LogLevel.Warning, Message = "ALARM {Name} {Subject}: {Text}")]
    public static partial void WarningRaised(this ILogger logger, string name, string subject, string text);
}
