namespace Bundler.Signing.Keystore;

/// <summary>What one guess of a password costs: passes over so much memory.</summary>
public sealed record Argon2Cost(ulong Passes, ulong MemoryBytes)
{
    /// <summary>Three passes over 256 MiB: about half a second for us, and as much for whoever guesses.</summary>
    public static Argon2Cost Usual { get; } = new(3, 256UL << 20);
}
