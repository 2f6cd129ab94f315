namespace Bundler.Engine.Gas;

/// <summary>The constants of ERC-7562 that gas arithmetic needs.</summary>
public static class Erc7562Limits
{
    /// <summary>PRE_VERIFICATION_OVERHEAD_GAS.</summary>
    public const ulong PreVerificationOverheadGas = 50_000;
}
