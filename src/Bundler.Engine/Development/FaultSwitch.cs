using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Bundler.Engine.Development;

/// <summary>
/// Kills the process at one <see cref="FaultPoint"/>, as kill -9 does: nothing is flushed, closed or told. Armed only by the start of a
/// node on a development chain; anywhere else passing a point is the comparison of a field.
/// </summary>
public static class FaultSwitch
{
    private static FaultPoint _armed;

    /// <summary>Before anything runs; the caller has made sure that the chain is one for development.</summary>
    public static void Arm(FaultPoint point) => _armed = point;

    /// <summary>The end of the process, if it is the armed point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pass(FaultPoint point)
    {
        if (point == _armed && point != FaultPoint.None)
        {
            Die(point);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Die(FaultPoint point)
    {
        Console.Error.WriteLine($"Killed at the fault point {point}");
        using Process self = Process.GetCurrentProcess();
        self.Kill();
    }
}
