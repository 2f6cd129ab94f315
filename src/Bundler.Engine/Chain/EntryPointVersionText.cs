using Bundler.Erc4337.EntryPoints;

namespace Bundler.Engine.Chain;

/// <summary>An EntryPoint's version as people write it in a configuration: 0.6 … 0.9.</summary>
public static class EntryPointVersionText
{
    public const string Known = "0.6, 0.7, 0.8 or 0.9";

    public static EntryPointVersion? Parse(string text) => text switch
    {
        "0.6" => EntryPointVersion.V06,
        "0.7" => EntryPointVersion.V07,
        "0.8" => EntryPointVersion.V08,
        "0.9" => EntryPointVersion.V09,
        _ => null,
    };
}
