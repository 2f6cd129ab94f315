using System.Security.Cryptography;

namespace Bundler.Signing;

/// <summary>A password, PIN or seed: stays in one place in memory, is cleared when disposed, and is never printed.</summary>
public sealed class SecretBytes : IDisposable
{
    private readonly byte[] _bytes;

    /// <summary>A copy; the caller still owns, and clears, its own.</summary>
    public SecretBytes(ReadOnlySpan<byte> bytes)
    {
        _bytes = GC.AllocateArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(_bytes);
    }

    public ReadOnlySpan<byte> Span => _bytes;

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    /// <summary>The length, never the bytes.</summary>
    public override string ToString() => $"{_bytes.Length} secret bytes";
}
