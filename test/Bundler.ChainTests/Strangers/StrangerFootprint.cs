using Bundler.Testing;

namespace Bundler.ChainTests.Strangers;

/// <summary>What a round has left behind in the node: its memory and its log, within bounds.</summary>
internal static class StrangerFootprint
{
    private const long Megabyte = 1 << 20;

    /// <summary>MB resident, large traces included.</summary>
    private const long MostResident = 600;

    /// <summary>Lines of a start, of the blocks and of the moods.</summary>
    private const int LinesAtRest = 500;

    /// <summary>Lines of log for one operation, whatever becomes of it.</summary>
    private const int LinesPerOperation = 10;

    public static string Of(NodeProcess node) => $"{node.ResidentBytes / Megabyte} MB resident, {node.OutputLines} lines";

    /// <summary>What is beyond the bounds.</summary>
    /// <param name="node">At the end of the round.</param>
    /// <param name="operations">How many it was offered.</param>
    public static IEnumerable<string> Excess(NodeProcess node, int operations)
    {
        if (node.ResidentBytes / Megabyte > MostResident)
        {
            yield return $"{Of(node)} after {operations} operations, at most {MostResident} MB are allowed";
        }

        if (node.OutputLines > LinesAtRest + operations * LinesPerOperation)
        {
            yield return $"{Of(node)} for {operations} operations, at most {LinesAtRest} and {LinesPerOperation} each are allowed";
        }
    }
}
