using Bundler.Node.Configuration;

namespace Bundler.Node.Commands;

/// <summary>The arguments after "keystore", understood.</summary>
internal sealed record KeystoreArguments
{
    private const string PasswordOption = "--password-file";
    private const string FromOption = "--from";
    private const string FromPasswordOption = "--from-password-file";

    private static readonly IReadOnlyList<string> _options = [PasswordOption, FromOption, FromPasswordOption];

    private readonly List<string> _faults = [];

    public string? Verb { get; private init; }

    /// <summary>The keystore.</summary>
    public string? File { get; private init; }

    public string? PasswordFile { get; private init; }

    /// <summary>Whence a key is imported.</summary>
    public string? From { get; private init; }

    public string? FromPasswordFile { get; private init; }

    public bool WantsHelp { get; private init; }

    public static KeystoreArguments Parse(IReadOnlyList<string> arguments)
    {
        List<string> faults = [];
        List<string> words = [];
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        Queue<string> rest = new(arguments);
        while (rest.TryDequeue(out string? argument))
        {
            string[] parts = argument.Split('=', 2);
            if (argument is "--help" or "-h" or "help")
            {
                return new KeystoreArguments { WantsHelp = true };
            }

            if (!argument.StartsWith('-'))
            {
                words.Add(argument);
            }
            else if (!_options.Contains(parts[0]))
            {
                faults.Add($"Unknown option {parts[0]}: did you mean {NearestName.Of(parts[0], _options)}?");
            }
            else if ((parts.Length == 2 ? parts[1] : rest.TryDequeue(out string? next) ? next : "") is { Length: > 0 } value)
            {
                values[parts[0]] = value;
            }
            else
            {
                faults.Add($"The option {parts[0]} needs a value (FILE).");
            }
        }

        if (words.Count > 2)
        {
            // A password that somebody typed here by mistake is not repeated.
            faults.Add("One keystore at a time, and no passwords among the arguments.");
        }

        return new KeystoreArguments(faults)
        {
            Verb = words.ElementAtOrDefault(0),
            File = words.ElementAtOrDefault(1),
            PasswordFile = values.GetValueOrDefault(PasswordOption),
            From = values.GetValueOrDefault(FromOption),
            FromPasswordFile = values.GetValueOrDefault(FromPasswordOption),
        };
    }

    private KeystoreArguments(List<string>? faults = null) => _faults = faults ?? [];

    /// <summary>What keeps the command from being done: one sentence each.</summary>
    public IReadOnlyList<string> Faults(IEnumerable<string> verbs)
    {
        List<string> faults = [.. _faults];
        if (Verb is null || !verbs.Contains(Verb))
        {
            faults.Add(Verb is null ? $"What is to be done: {string.Join(", ", verbs)}?" : $"Unknown command keystore {Verb}: did you mean {NearestName.Of(Verb, verbs)}?");
        }
        else if (File is null)
        {
            faults.Add("The file of the keystore is missing.");
        }
        else if (Verb == "import" && From is null)
        {
            faults.Add($"Whence is the key imported: {FromOption} FILE?");
        }
        else if (Verb != "import" && (From ?? FromPasswordFile) is not null)
        {
            faults.Add($"{FromOption} and {FromPasswordOption} belong to import.");
        }

        return faults;
    }
}
