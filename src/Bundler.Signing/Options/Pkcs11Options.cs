namespace Bundler.Signing;

/// <summary>A key in a PKCS#11 token.</summary>
public sealed class Pkcs11Options
{
    /// <summary>The path of the vendor's module.</summary>
    public string Module { get; set; } = "";

    /// <summary>The label of the token.</summary>
    public string Token { get; set; } = "";

    /// <summary>The label of the key; empty: its id tells.</summary>
    public string? Label { get; set; }

    /// <summary>The id of the key (CKA_ID) in hex with 0x; empty: its label tells.</summary>
    public string? Id { get; set; }

    /// <summary>A file with the user's PIN; only its owner may read it.</summary>
    public string PinFile { get; set; } = "";

    /// <summary>The address that the key controls.</summary>
    public string Address { get; set; } = "";
}
