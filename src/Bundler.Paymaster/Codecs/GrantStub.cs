using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Paymaster.Codecs;

/// <summary>
/// ERC-7677: what stands for a grant while gas is estimated. As long as the real one, with no more zero bytes than any real one has, so that it never costs less to send;
/// a signature that recovers, to nobody. No key ever sees it.
/// </summary>
public static class GrantStub
{
    /// <summary>In effect since 1970 and for ever. The first two bytes of a real validAfter are zero until the year 2106, so two zeros here are no more than there.</summary>
    public static GrantTerms Terms { get; } = new(0xffff_ffff_ffff, 0x0101_0101, new GrantId(UInt128.MaxValue));

    /// <summary>Of nobody: for any digest it recovers to an address whose key is not known.</summary>
    public static Bytes Signature { get; } = Bytes.Parse(
        "0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
        + "5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b1c");

    /// <summary>paymasterData of a kind.</summary>
    public static Bytes Of(IGrantCodec codec) => codec.Data(Terms, Signature);
}
