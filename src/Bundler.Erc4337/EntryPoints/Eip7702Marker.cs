using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>The factory value that says: the sender is an EIP-7702 delegated account (EntryPoint v0.8+).</summary>
public static class Eip7702Marker
{
    /// <summary>0x7702, padded on the right to 20 bytes.</summary>
    public static Address Address { get; } = Address.Parse("0x7702000000000000000000000000000000000000");

    /// <summary>The two-byte text form.</summary>
    public const string ShortForm = "0x7702";
}
