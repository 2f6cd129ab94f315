namespace Bundler.Erc4337.EntryPoints;

/// <summary>The EntryPoint generations; the address decides which one speaks.</summary>
public enum EntryPointVersion
{
    V06,
    V07,
    V08,
    V09,
}
