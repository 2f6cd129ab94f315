using Bundler.Ethereum.Abi;

namespace Bundler.Erc4337.EntryPoints;

/// <summary>The published interface of an EntryPoint (entrypoint-abi/), against which the signatures in code are checked.</summary>
public static class EntryPointAbi
{
    public static AbiContract Of(EntryPointVersion version)
    {
        string name = $"EntryPoint.{version}.json";
        using Stream stream = typeof(EntryPointAbi).Assembly.GetManifestResourceStream(name)
            ?? throw new System.Diagnostics.UnreachableException($"the resource {name} is not embedded");
        using StreamReader reader = new(stream);
        return AbiContract.Parse(reader.ReadToEnd());
    }
}
