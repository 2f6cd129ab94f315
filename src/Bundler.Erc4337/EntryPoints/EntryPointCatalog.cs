using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>The one list of EntryPoint versions. Which version an address speaks is configuration; the canonical addresses are only the usual case.</summary>
public static class EntryPointCatalog
{
    /// <summary>The addresses at which the published releases live on every chain.</summary>
    public static IReadOnlyList<EntryPoint> Canonical { get; } =
    [
        Create(EntryPointVersion.V07, Address.Parse("0x0000000071727De22E5E9d8BAf0edAc6f37da032")),
    ];

    /// <summary>A version's codecs at an address.</summary>
    public static EntryPoint Create(EntryPointVersion version, Address address)
    {
        IOperationCodec operations = version switch
        {
            EntryPointVersion.V07 => new OperationCodecV07(),
            _ => throw new ArgumentOutOfRangeException(nameof(version), version, "not an EntryPoint version"),
        };
        return new EntryPoint(version, address, operations, new BundleCodec(version, operations));
    }
}
