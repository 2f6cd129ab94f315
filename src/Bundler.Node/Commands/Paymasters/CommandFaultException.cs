namespace Bundler.Node.Commands;

/// <summary>A command cannot do what it is asked; each finding is a sentence for the operator.</summary>
internal sealed class CommandFaultException(params IReadOnlyList<string> findings) : Exception(string.Join(" ", findings))
{
    public IReadOnlyList<string> Findings { get; } = findings;
}
