using System.Security.Cryptography;
using System.Text;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.LocalKey;

/// <summary>A file of private keys in hex, one a line, that nobody but its owner may read.</summary>
public static class KeyFile
{
    private const int MaxBytes = 64 * 1_024;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>The keys in the order of the lines; the caller disposes them.</summary>
    /// <exception cref="KeyFileException">Missing, unreadable, open to others, or not keys; the message never repeats the content.</exception>
    public static IReadOnlyList<PrivateKey> Read(string path)
    {
        byte[] content = ReadPrivate(path);
        char[] text = new char[content.Length];
        List<PrivateKey> keys = [];
        try
        {
            int length = Encoding.ASCII.GetChars(content, text);
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
            CryptographicOperations.ZeroMemory(content);
            Array.Clear(text);
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

    private static byte[] ReadPrivate(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
            {
                throw new KeyFileException($"the key file {path} is open to others than its owner: run chmod 600 on it");
            }

            if (file.Length > MaxBytes)
            {
                throw new KeyFileException($"the key file {path} is too large to be one");
            }

            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            return content;
        }
        catch (IOException fault)
        {
            throw new KeyFileException($"the key file {path} cannot be read: {fault.Message}");
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new KeyFileException($"the key file {path} cannot be read: {fault.Message}");
        }
    }
}
