using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337;

/// <summary>What validateUserOp and validatePaymasterUserOp return: authorizer(20) | validUntil(6) &lt;&lt; 160 | validAfter(6) &lt;&lt; 208.</summary>
public readonly record struct ValidationData(Address Authorizer, ulong ValidUntil, ulong ValidAfter)
{
    private const ulong Mask48 = 0xffff_ffff_ffff;

    /// <summary>SIG_VALIDATION_FAILED: the authorizer is 1.</summary>
    public bool SignatureFailed => Authorizer == SignatureFailure;

    /// <summary>The aggregator, if the authorizer is neither 0 nor 1.</summary>
    public Address? Aggregator => Authorizer.IsZero || SignatureFailed ? null : Authorizer;

    private static Address SignatureFailure { get; } = Address.Parse("0x0000000000000000000000000000000000000001");

    public static ValidationData Parse(UInt256 packed)
    {
        Hash32 word = Hash32.From(packed);
        return new ValidationData(
            Address.FromWord(word.Span),
            (ulong)((packed >> 160) & Mask48),
            (ulong)((packed >> 208) & Mask48));
    }

    public ValidityWindow Window => ValidityWindow.FromPacked(ValidAfter, ValidUntil);
}
