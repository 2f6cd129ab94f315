using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Keys;

/// <summary>
/// What a caller holds: <c>bk_{id}_{secret}</c>. The id may be told; the secret is 32 random bytes that exist nowhere else, so one round of SHA-256 hides them from whoever reads
/// the store. It never prints itself.
/// </summary>
public sealed class ApiKeySecret
{
    /// <summary>What each begins with, so that scanners of leaked secrets find it.</summary>
    public const string Prefix = "bk_";

    /// <summary>Characters of its text.</summary>
    public const int Length = 3 + IdChars + 1 + SecretChars;

    private const int IdBytes = 8;
    private const int SecretBytes = 32;
    private const int SecretChars = 43;
    private const int IdChars = 2 * IdBytes;

    private static ReadOnlySpan<byte> Domain => "bundler api key 1"u8;

    private readonly byte[] _secret;

    private ApiKeySecret(string id, byte[] secret)
    {
        Id = id;
        _secret = secret;
    }

    /// <summary>The key's name in lists, logs and the ledger: 16 hex digits.</summary>
    public string Id { get; }

    /// <summary>A new one.</summary>
    public static ApiKeySecret Create() =>
        new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary><c>null</c>: this is no key's text.</summary>
    public static ApiKeySecret? Parse(string? text)
    {
        if (text is not { Length: Length } || !text.StartsWith(Prefix, StringComparison.Ordinal) || text[Prefix.Length + IdChars] != '_')
        {
            return null;
        }

        string id = text.Substring(Prefix.Length, IdChars);
        byte[] secret = new byte[SecretBytes];
        return id.All(char.IsAsciiHexDigitLower)
            && Base64Url.IsValid(text.AsSpan(Prefix.Length + IdChars + 1), out int bytes) && bytes == SecretBytes
            && Base64Url.TryDecodeFromChars(text.AsSpan(Prefix.Length + IdChars + 1), secret, out int written) && written == SecretBytes
            ? new ApiKeySecret(id, secret)
            : null;
    }

    /// <summary>What is stored of it.</summary>
    public Hash32 Hash()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. Domain, .. Encoding.ASCII.GetBytes(Id), .. _secret], hash);
        return new Hash32(hash);
    }

    /// <summary>Whether it is the one of which this was stored, in the same time for every answer.</summary>
    public bool Matches(Hash32 stored)
    {
        Hash32 own = Hash();
        return CryptographicOperations.FixedTimeEquals(own.Span, stored.Span);
    }

    /// <summary>The text, for the one time that it is shown.</summary>
    public string Reveal() => $"{Prefix}{Id}_{Base64Url.EncodeToString(_secret)}";

    /// <summary>The id alone.</summary>
    public override string ToString() => Id;
}
