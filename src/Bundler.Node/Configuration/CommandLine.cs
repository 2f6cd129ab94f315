namespace Bundler.Node.Configuration;

/// <summary>The arguments, understood: a command, and settings above every other layer of the configuration.</summary>
internal sealed record CommandLine
{
    private const string LongPrefix = "--Bundler:";

    private static readonly IReadOnlyDictionary<string, NodeCommand> _commands = new Dictionary<string, NodeCommand>(StringComparer.Ordinal)
    {
        ["run"] = NodeCommand.Run,
        ["check-config"] = NodeCommand.CheckConfig,
        ["signers"] = NodeCommand.Signers,
        ["help"] = NodeCommand.Help,
        ["--help"] = NodeCommand.Help,
        ["-h"] = NodeCommand.Help,
        ["--version"] = NodeCommand.Version,
    };

    public required NodeCommand Command { get; init; }

    /// <summary>The operator's file.</summary>
    public required string? ConfigFile { get; init; }

    public required ConfigurationLayer Layer { get; init; }

    /// <summary>What could not be understood, one sentence each.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        NodeCommand command = NodeCommand.Run;
        string? file = null;
        Dictionary<string, string?> settings = new(StringComparer.OrdinalIgnoreCase);
        List<string> findings = [];
        Queue<string> rest = new(arguments);
        while (rest.TryDequeue(out string? argument))
        {
            if (_commands.TryGetValue(argument, out NodeCommand asked))
            {
                command = asked;
                continue;
            }

            int equals = argument.IndexOf('=');
            string name = equals < 0 ? argument : argument[..equals];
            CommandOption? option = Find(name);
            if (option is null)
            {
                findings.Add($"Unknown {(name.StartsWith('-') ? "option" : "command")} {name}: did you mean {Nearest(name)}?");
                DropValue(rest, equals);
                continue;
            }

            string? value = equals >= 0 ? argument[(equals + 1)..]
                : option.Value is null ? bool.TrueString
                : rest.TryPeek(out string? next) && !next.StartsWith("--", StringComparison.Ordinal) ? rest.Dequeue()
                : null;
            if (string.IsNullOrEmpty(value) && equals < 0)
            {
                findings.Add($"The option {name} needs a value ({option.Value}).");
            }
            else if (option.Name == CommandOption.ConfigFile)
            {
                file = value;
            }
            else
            {
                settings[option.Key] = value;
            }
        }

        return new CommandLine { Command = command, ConfigFile = file, Layer = new ConfigurationLayer("on the command line", settings), Findings = findings };
    }

    private static CommandOption? Find(string name) =>
        name.StartsWith(LongPrefix, StringComparison.OrdinalIgnoreCase)
            ? new CommandOption(name, name[2..], "VALUE", "")
            : CommandOption.All.FirstOrDefault(option => option.Name == name);

    private static string? Nearest(string name) => NearestName.Of(name, CommandOption.All.Select(option => option.Name).Concat(_commands.Keys));

    // What follows an unknown option is most likely its value, and no finding of its own.
    private static void DropValue(Queue<string> rest, int equals)
    {
        if (equals < 0 && rest.TryPeek(out string? next) && !next.StartsWith('-') && !_commands.ContainsKey(next))
        {
            rest.Dequeue();
        }
    }
}
