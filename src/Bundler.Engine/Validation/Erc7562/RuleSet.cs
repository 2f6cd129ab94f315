using System.Collections.Frozen;

namespace Bundler.Engine.Validation.Erc7562;

/// <summary>
/// The rule ids in force. A node has <see cref="All"/>; the spec tests take one away at a time, prohibition or exception, to see that something
/// notices.
/// </summary>
public sealed class RuleSet
{
    private readonly FrozenSet<string> _without;

    private RuleSet(FrozenSet<string> without) => _without = without;

    public static RuleSet All { get; } = new(FrozenSet<string>.Empty);

    internal static RuleSet Without(string rule) => new(new[] { rule }.ToFrozenSet());

    public bool Has(string rule) => !_without.Contains(rule);
}
