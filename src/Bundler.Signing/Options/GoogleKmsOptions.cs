namespace Bundler.Signing;

/// <summary>A key version of Google Cloud KMS; the credentials are the application default ones.</summary>
public sealed class GoogleKmsOptions
{
    /// <summary>projects/…/locations/…/keyRings/…/cryptoKeys/…/cryptoKeyVersions/….</summary>
    public string KeyVersion { get; set; } = "";

    /// <summary>The address that the key controls.</summary>
    public string Address { get; set; } = "";

    /// <summary>Instead of the public endpoint.</summary>
    public string? Endpoint { get; set; }
}
