using System.Security.Cryptography;
using Bundler.Signing.LocalKey;

namespace Bundler.Signing;

/// <summary>A file with a secret in it, that nobody but its owner may read or write.</summary>
public static class SecretFile
{
    private const int MaxBytes = 64 * 1_024;
    private const int MinSecretDigits = 32;
    private const int MinWordsOfPhrase = 12;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>The whole content; <paramref name="what"/> names the file in faults ("key file").</summary>
    /// <exception cref="KeyFileException">Missing, unreadable, too large, or open to others; the message never repeats the content.</exception>
    public static SecretBytes Read(string path, string what)
    {
        if (LooksLikeSecret(path))
        {
            throw new KeyFileException($"what is given as {what} is no path, it looks like a secret itself: put it into a file with mode 600 and give its path");
        }

        try
        {
            using FileStream file = File.OpenRead(path);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
            {
                throw new KeyFileException($"the {what} {path} is open to others than its owner: run chmod 600 on it");
            }

            if (file.Length > MaxBytes)
            {
                throw new KeyFileException($"the {what} {path} is too large to be one");
            }

            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            SecretBytes secret = new(content);
            CryptographicOperations.ZeroMemory(content);
            return secret;
        }
        catch (IOException fault)
        {
            throw new KeyFileException($"the {what} {path} cannot be read: {fault.Message}");
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new KeyFileException($"the {what} {path} cannot be read: {fault.Message}");
        }
    }

    // A private key in hex, or a phrase of words, is never the name of a file that is there; and must not stand in a message.
    private static bool LooksLikeSecret(string path)
    {
        string text = path.Trim();
        string digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        bool isKey = digits.Length >= MinSecretDigits && digits.All(char.IsAsciiHexDigit);
        return (isKey || text.Split(' ').Length >= MinWordsOfPhrase) && !File.Exists(path);
    }

    /// <summary>A password, PIN or phrase: the content without the line end after it.</summary>
    /// <exception cref="KeyFileException">As <see cref="Read"/>, or there is nothing in it.</exception>
    public static SecretBytes ReadLine(string path, string what)
    {
        using SecretBytes content = Read(path, what);
        ReadOnlySpan<byte> line = content.Span.TrimEnd("\r\n"u8);
        return line.IsEmpty ? throw new KeyFileException($"the {what} {path} is empty") : new SecretBytes(line);
    }

    /// <summary>A new file that only its owner may read and write, from its first byte on.</summary>
    /// <exception cref="KeyFileException">There is such a file already, or it cannot be written.</exception>
    public static void Create(string path, ReadOnlySpan<byte> content, string what)
    {
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using FileStream file = new(path, options);
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        catch (IOException fault)
        {
            throw new KeyFileException($"the {what} {path} cannot be written: {fault.Message}");
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new KeyFileException($"the {what} {path} cannot be written: {fault.Message}");
        }
    }
}
