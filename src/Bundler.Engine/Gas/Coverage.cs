namespace Bundler.Engine.Gas;

/// <summary>How much of the gas that an operation takes in a bundle of its own it surely pays for.</summary>
/// <param name="Permille">No more than the whole.</param>
/// <param name="IsAsAsked">Its preVerificationGas is still what admission asks for: validation may have become cheaper, or the numbers others.</param>
public readonly record struct Coverage(uint Permille, bool IsAsAsked)
{
    /// <summary>Permille.</summary>
    public const uint Whole = 1_000;

    public static Coverage Full { get; } = new(Whole, true);
}
