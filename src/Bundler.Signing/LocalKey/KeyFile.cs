using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.LocalKey;

/// <summary>A file of private keys in hex, one a line, that nobody but its owner may read.</summary>
public static class KeyFile
{
    /// <summary>The keys in the order of the lines; the caller disposes them.</summary>
    /// <exception cref="KeyFileException">Missing, unreadable, open to others, or not keys; the message never repeats the content.</exception>
    public static IReadOnlyList<PrivateKey> Read(string path)
    {
        using SecretBytes content = SecretFile.Read(path, "key file");
        char[] text = new char[content.Span.Length];
        List<PrivateKey> keys = [];
        try
        {
            int length = Encoding.ASCII.GetChars(content.Span, text);
            int line = 0;
            foreach (Range range in text.AsSpan(0, length).Split('\n'))
            {
                line++;
                ReadOnlySpan<char> key = text.AsSpan(range).Trim();
                if (!key.IsEmpty)
                {
                    keys.Add(Parse(key, path, line));
                }
            }

            return keys.Count > 0 ? keys : throw new KeyFileException($"the key file {path} is empty");
        }
        catch (KeyFileException)
        {
            keys.ForEach(key => key.Dispose());
            throw;
        }
        finally
        {
            Array.Clear(text);
        }
    }

    /// <summary>The secret of a file with one key; the caller disposes it.</summary>
    /// <exception cref="KeyFileException">As <see cref="Read"/>, or there is more than one.</exception>
    public static SecretBytes ReadSecret(string path)
    {
        using SecretBytes line = SecretFile.ReadLine(path, "key file");
        byte[] secret = new byte[Secp256k1.SecretSize];
        ReadOnlySpan<byte> digits = line.Span.StartsWith("0x"u8) ? line.Span[2..] : line.Span;
        try
        {
            return Convert.FromHexString(digits, secret, out int read, out int written) == OperationStatus.Done
                && read == digits.Length && written == secret.Length && Secp256k1.TryPublicKey(secret, stackalloc byte[Secp256k1.PublicKeySize])
                ? new SecretBytes(secret)
                : throw new KeyFileException($"the key file {path} is not one private key in hex");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static PrivateKey Parse(ReadOnlySpan<char> key, string path, int line)
    {
        try
        {
            return PrivateKey.Parse(key);
        }
        catch (CodecException malformed)
        {
            throw new KeyFileException($"line {line} of the key file {path} is not a private key: {malformed.Message}");
        }
    }
}
