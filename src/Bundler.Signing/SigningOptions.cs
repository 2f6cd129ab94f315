namespace Bundler.Signing;

/// <summary>Whose keys sign the bundles.</summary>
public sealed class SigningOptions
{
    public const string Section = "Bundler:Signing";

    /// <summary>A file of private keys in hex, one a line; each key can have one bundle in flight. Only its owner may read it.</summary>
    public string? KeyFile { get; set; }
}
