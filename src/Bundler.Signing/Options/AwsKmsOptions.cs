namespace Bundler.Signing;

/// <summary>A key of AWS KMS; the credentials are those of the environment.</summary>
public sealed class AwsKmsOptions
{
    /// <summary>The ARN of the key or of an alias; or a key id or alias/name, with the region beside it.</summary>
    public string KeyId { get; set; } = "";

    /// <summary>The address that the key controls.</summary>
    public string Address { get; set; } = "";

    /// <summary>For a key id without one; empty: the environment's.</summary>
    public string? Region { get; set; }

    /// <summary>Instead of the public endpoint.</summary>
    public string? Endpoint { get; set; }
}
