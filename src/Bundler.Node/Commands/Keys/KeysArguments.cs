using System.Globalization;
using Bundler.Node.Configuration;
using Bundler.Paymaster.Keys;

namespace Bundler.Node.Commands;

/// <summary>What <c>bundler keys</c> is asked; what it does not know is configuration, as for the node itself.</summary>
internal sealed record KeysArguments
{
    private static readonly string[] _verbs = ["create", "list", "revoke"];

    /// <summary>create, list or revoke.</summary>
    public string Verb { get; init; } = "";

    /// <summary>The key to revoke.</summary>
    public string? Id { get; init; }

    /// <summary>The key to create.</summary>
    public ApiKeyWish Wish { get; init; } = new();

    /// <summary>Where the store is.</summary>
    public required CommandLine Configuration { get; init; }

    /// <summary>What could not be understood, one sentence each.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    public static KeysArguments Parse(IReadOnlyList<string> arguments)
    {
        List<string> findings = [];
        List<string> rest = [];
        ApiKeyWish wish = new();
        string verb = "";
        string? id = null;
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (verb.Length == 0 && _verbs.Contains(argument))
            {
                verb = argument;
            }
            else if (verb == "revoke" && id is null && !argument.StartsWith('-'))
            {
                id = argument;
            }
            else if (argument is "--name" or "--scopes" or "--days" or "--origins" or "--networks" or "--per-minute" or "--budget")
            {
                string? value = i + 1 < arguments.Count ? arguments[++i] : null;
                wish = value is null ? wish : With(wish, argument, value, findings);
                findings.AddRange(value is null ? [$"The option {argument} needs a value."] : []);
            }
            else
            {
                rest.Add(argument);
            }
        }

        findings.AddRange(verb.Length == 0 ? ["bundler keys needs one of create, list and revoke."] : verb == "revoke" && id is null ? ["bundler keys revoke needs the id of a key."] : []);
        return new KeysArguments { Verb = verb, Id = id, Wish = wish, Configuration = CommandLine.Parse(rest), Findings = findings };
    }

    private static ApiKeyWish With(ApiKeyWish wish, string option, string value, List<string> findings)
    {
        string[] items = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return option switch
        {
            "--name" => wish with { Name = value },
            "--scopes" => wish with { Scopes = items },
            "--days" => wish with { Days = Number(option, value, findings) },
            "--origins" => wish with { Origins = items },
            "--networks" => wish with { Networks = items },
            "--per-minute" => wish with { PerMinute = Number(option, value, findings) },
            _ => wish with { Budgets = [.. wish.Budgets, value] },
        };
    }

    private static int? Number(string option, string value, List<string> findings)
    {
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return number;
        }

        findings.Add($"The option {option} needs a number.");
        return null;
    }
}
