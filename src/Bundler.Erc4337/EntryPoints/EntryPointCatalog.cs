using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>The one list of EntryPoint versions. Which version an address speaks is configuration; the canonical addresses are only the usual case.</summary>
public static class EntryPointCatalog
{
    /// <summary>The published releases at the addresses they have on every chain, oldest first.</summary>
    public static IReadOnlyList<EntryPoint> Canonical { get; } =
    [
        Create(EntryPointVersion.V06, Address.Parse("0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789")),
        Create(EntryPointVersion.V07, Address.Parse("0x0000000071727De22E5E9d8BAf0edAc6f37da032")),
        Create(EntryPointVersion.V08, Address.Parse("0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108")),
        Create(EntryPointVersion.V09, Address.Parse("0x433709009B8330FDa32311DF1C2AFA402eD8D009")),
    ];

    /// <summary>A version's codecs at an address.</summary>
    public static EntryPoint Create(EntryPointVersion version, Address address)
    {
        IOperationCodec operations = version switch
        {
            EntryPointVersion.V06 => new OperationCodecV06(),
            EntryPointVersion.V07 => new OperationCodecV07(),
            EntryPointVersion.V08 => new OperationCodecV08(),
            EntryPointVersion.V09 => new OperationCodecV09(),
            _ => throw new ArgumentOutOfRangeException(nameof(version), version, "not an EntryPoint version"),
        };
        return new EntryPoint(version, address, operations, new BundleCodec(version, operations));
    }
}
