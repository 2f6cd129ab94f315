using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.ChainTests.Strangers;

/// <summary>An operation of somebody whom nobody knows.</summary>
/// <param name="Honest">Nothing of it wants to harm: once accepted it has to be included.</param>
/// <param name="Tip">Of the market's tip, percent.</param>
internal sealed record Stranger(int Index, string Name, bool Honest, EntryPoint EntryPoint, UserOperation Operation, uint Tip)
{
    /// <summary>Whether it asks for its limits before it is sent.</summary>
    public bool Estimated { get; init; }

    /// <summary>Of what the node requires, percent, where no estimate says it.</summary>
    public uint PreVerificationGasPercent { get; init; } = 100;

    /// <summary>Signs when all else is settled; <c>null</c> where nobody looks at the signature.</summary>
    public Func<UserOperation, UserOperation>? Sign { get; init; }

    /// <summary>Where its account notes that the call took another way than with ample gas.</summary>
    public Hash32? NoteOfFailure { get; init; }

    /// <summary>The code that the account has as soon as it is accepted.</summary>
    public Bytes? Turns { get; init; }
}
