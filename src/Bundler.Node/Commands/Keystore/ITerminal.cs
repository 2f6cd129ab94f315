namespace Bundler.Node.Commands;

/// <summary>Whoever sits before the program.</summary>
internal interface ITerminal
{
    /// <summary>False when the input is a pipe or a file.</summary>
    bool IsInteractive { get; }

    /// <summary>Asks, and reads a line without showing it; the caller clears it.</summary>
    char[] AskHidden(string question);
}

/// <summary>The terminal of this process; questions go to the error stream, so that the output stays clean.</summary>
internal sealed class ConsoleTerminal : ITerminal
{
    public bool IsInteractive => !Console.IsInputRedirected;

    public char[] AskHidden(string question)
    {
        // Looking for a key turns the terminal's echo off: before the question, so that not even the first character is shown.
        _ = Console.KeyAvailable;
        Console.Error.Write(question);
        List<char> line = [];
        for (ConsoleKeyInfo key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                line.RemoveRange(Math.Max(line.Count - 1, 0), Math.Min(line.Count, 1));
            }
            else if (!char.IsControl(key.KeyChar))
            {
                line.Add(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return [.. line];
    }
}
