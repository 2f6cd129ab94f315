namespace Bundler.Engine.Alarms;

/// <summary>The one door for alarms; what stands behind it decides who is called.</summary>
public interface IAlarm
{
    /// <summary>Never waits and never fails. Whoever raises one sees to it that it is raised once for each cause.</summary>
    void Raise(Alarm alarm);
}
