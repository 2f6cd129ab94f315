namespace Bundler.Erc4337;

/// <summary>
/// When an operation may be included: after <paramref name="ValidAfter"/> and up to <paramref name="ValidUntil"/>, in unix seconds or,
/// for EntryPoint v0.9 with bit 47 set in both, in block numbers.
/// </summary>
public readonly record struct ValidityWindow(ulong ValidAfter, ulong ValidUntil, bool InBlocks = false)
{
    private const ulong BlockFlag = 0x8000_0000_0000;

    /// <summary>The largest uint48: no end.</summary>
    public const ulong NoEnd = 0xffff_ffff_ffff;

    public static ValidityWindow Always => new(0, NoEnd);

    /// <summary>As packed on chain, where validUntil 0 means no end.</summary>
    public static ValidityWindow FromPacked(ulong validAfter, ulong validUntil) => new(validAfter, validUntil == 0 ? NoEnd : validUntil);

    /// <summary>v0.9: both values above bit 47 are block numbers; as in the EntryPoint, a validUntil of 0 is the largest uint48 before that is looked at.</summary>
    public static ValidityWindow FromPackedV09(ulong validAfter, ulong validUntil)
    {
        ValidityWindow packed = FromPacked(validAfter, validUntil);
        return packed.ValidAfter > BlockFlag && packed.ValidUntil > BlockFlag
            ? new ValidityWindow(packed.ValidAfter & ~BlockFlag, packed.ValidUntil == NoEnd ? NoEnd : packed.ValidUntil & ~BlockFlag, InBlocks: true)
            : packed;
    }

    /// <summary>Both must hold. Windows of different units cannot be merged into one; the caller keeps them apart.</summary>
    public ValidityWindow Intersect(ValidityWindow other) =>
        new(Math.Max(ValidAfter, other.ValidAfter), Math.Min(ValidUntil, other.ValidUntil), InBlocks);

    /// <summary>The strictest reading of all EntryPoint versions: v0.8+ refuses the moment validAfter itself, and so do we for all.</summary>
    public bool Contains(ulong moment) => moment <= ValidUntil && (ValidAfter == 0 || moment > ValidAfter);
}
