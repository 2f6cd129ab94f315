using System.Globalization;
using Bundler.Ethereum.Primitives;
using Bundler.Node.Configuration;

namespace Bundler.Node.Commands;

/// <summary>What <c>bundler paymaster</c> is asked; what it does not know is configuration, as for the node itself.</summary>
internal sealed record PaymasterArguments
{
    public const string Status = "status";
    public const string SelfCheck = "self-check";
    public const string Plan = "plan";
    public const string Verify = "verify";
    public const string RotateSigner = "rotate-signer";
    public const string WithdrawPlan = "withdraw-plan";

    private static readonly string[] _verbs = [Status, SelfCheck, Plan, Verify, RotateSigner, WithdrawPlan];

    /// <summary>Option and verbs that need it, that may have it.</summary>
    private static readonly (string Option, string[] Needing, string[] Taking)[] _options =
    [
        ("--wish", [Plan, Verify], []),
        ("--paymaster", [RotateSigner, WithdrawPlan], [Status, SelfCheck]),
        ("--from", [RotateSigner], []),
        ("--to", [RotateSigner, WithdrawPlan], []),
        ("--switched", [], [RotateSigner]),
        ("--incident", [], [RotateSigner]),
        ("--amount", [], [WithdrawPlan]),
        ("--owed", [], [WithdrawPlan]),
        ("--safe", [], [Plan, RotateSigner, WithdrawPlan]),
        ("--json", [], _verbs),
    ];

    /// <summary>One of the constants.</summary>
    public string Verb { get; init; } = "";

    /// <summary>The file with the wish.</summary>
    public string WishFile { get; init; } = "";

    /// <summary>A name of the configuration, or an address; empty: all that are configured.</summary>
    public string Paymaster { get; init; } = "";

    /// <summary>The signer that goes.</summary>
    public Address From { get; init; }

    /// <summary>The signer that comes; or who gets what is withdrawn.</summary>
    public Address To { get; init; }

    /// <summary>Unix seconds since when no node signs with the old signer.</summary>
    public ulong? SwitchedAt { get; init; }

    /// <summary>The old signer goes first.</summary>
    public bool IsIncident { get; init; }

    /// <summary>wei to withdraw; <c>null</c>: all that nobody is owed.</summary>
    public UInt256? Amount { get; init; }

    /// <summary>wei that living grants may still take, from somebody who knows better than this store.</summary>
    public UInt256? Owed { get; init; }

    /// <summary>Where the batch for a Safe is written; empty: nowhere.</summary>
    public string SafeFile { get; init; } = "";

    /// <summary>For programs.</summary>
    public bool Json { get; init; }

    /// <summary>Where the chain and the store are.</summary>
    public required CommandLine Configuration { get; init; }

    /// <summary>What could not be understood, one sentence each.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    public static PaymasterArguments Parse(IReadOnlyList<string> arguments)
    {
        List<string> findings = [];
        List<string> rest = [];
        HashSet<string> given = [];
        PaymasterArguments asked = new() { Configuration = CommandLine.Parse([]) };
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (asked.Verb.Length == 0 && _verbs.Contains(argument))
            {
                asked = asked with { Verb = argument };
            }
            else if (argument is "--json" or "--incident")
            {
                given.Add(argument);
                asked = argument == "--json" ? asked with { Json = true } : asked with { IsIncident = true };
            }
            else if (_options.Any(option => option.Option == argument))
            {
                given.Add(argument);
                string? value = i + 1 < arguments.Count ? arguments[++i] : null;
                asked = value is null ? asked : asked.With(argument, value, findings);
                findings.AddRange(value is null ? [$"The option {argument} needs a value."] : []);
            }
            else
            {
                rest.Add(argument);
            }
        }

        findings.AddRange(asked.Misfits(given));
        return asked with { Configuration = CommandLine.Parse(rest), Findings = findings };
    }

    private IEnumerable<string> Misfits(HashSet<string> given)
    {
        if (Verb.Length == 0)
        {
            yield return $"bundler paymaster needs one of {string.Join(", ", _verbs)}.";
            yield break;
        }

        foreach ((string option, string[] needing, string[] taking) in _options)
        {
            if (needing.Contains(Verb) && !given.Contains(option))
            {
                yield return $"bundler paymaster {Verb} needs {option}.";
            }
            else if (given.Contains(option) && !needing.Contains(Verb) && !taking.Contains(Verb))
            {
                yield return $"bundler paymaster {Verb} does not take {option}.";
            }
        }
    }

    private PaymasterArguments With(string option, string value, List<string> findings)
    {
        try
        {
            return option switch
            {
                "--wish" => this with { WishFile = value },
                "--paymaster" => this with { Paymaster = value },
                "--from" => this with { From = Address.ParseChecksummed(value) },
                "--to" => this with { To = Address.ParseChecksummed(value) },
                "--switched" => this with { SwitchedAt = Seconds(value) },
                "--amount" => this with { Amount = UInt256.ParseDecimal(value) },
                "--owed" => this with { Owed = UInt256.ParseDecimal(value) },
                _ => this with { SafeFile = value },
            };
        }
        catch (CodecException malformed)
        {
            findings.Add($"The option {option} is malformed: {malformed.Message}");
            return this;
        }
    }

    /// <summary>Far below what a sum with a window could overflow.</summary>
    private static ulong Seconds(string value) =>
        uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint seconds) ? seconds : throw new CodecException("not a number of unix seconds");
}
