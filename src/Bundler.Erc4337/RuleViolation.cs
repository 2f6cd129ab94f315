using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337;

/// <summary>One broken rule of ERC-7562: who broke it, where, and in the words that clients of the field know.</summary>
public sealed record RuleViolation(string Rule, Entity Entity, string Message)
{
    /// <summary>The contract concerned, if it is not the entity itself.</summary>
    public Address? Address { get; init; }

    /// <summary>The opcode's name, for opcode rules.</summary>
    public string? Opcode { get; init; }

    /// <summary>The storage slot, for storage rules.</summary>
    public Hash32? Slot { get; init; }

    /// <summary>The path of call frames that leads to the fault, e.g. <c>0.2.1</c>.</summary>
    public string? FramePath { get; init; }

    public string? Expected { get; init; }

    public string? Got { get; init; }

    /// <summary>The rule would hold if this entity were staked (STO-*, OP-080, EREP-050): answered with -32505 instead of -32502.</summary>
    public bool CuredByStake { get; init; }
}
