namespace Bundler.Client.Operations;

/// <summary>EntryPoint v0.9: what stands in the hash for a paymaster's signature.</summary>
internal static class PaymasterSignatureSuffix
{
    /// <summary>The first eight bytes of keccak256("PaymasterSignature").</summary>
    private static readonly byte[] _magic = [0x22, 0xe3, 0x25, 0xa2, 0x97, 0x43, 0x96, 0x56];

    /// <summary>The magic alone; an empty signature keeps its length too, as in the EntryPoint.</summary>
    public static byte[] Hashed(byte[] signature) => signature.Length == 0 ? [0, 0, .. _magic] : _magic;
}
