using System.Security.Cryptography;
using System.Text;
using Bundler.Signing;
using Bundler.Signing.LocalKey;

namespace Bundler.Node.Commands;

/// <summary>Where passwords come from: a file, else the environment, else whoever sits at the terminal.</summary>
internal sealed class PasswordSource(Func<string, string?> variable, ITerminal terminal)
{
    /// <summary>The password of the keystore that is made or opened.</summary>
    public const string Variable = "BUNDLER_KEYSTORE_PASSWORD";

    /// <summary>The password of the keystore that a key is imported from.</summary>
    public const string SourceVariable = "BUNDLER_KEYSTORE_FROM_PASSWORD";

    private const int MinLength = 8;

    /// <summary>A password that nobody can guess within seconds, typed twice at a terminal; the caller disposes it.</summary>
    /// <exception cref="KeyFileException">There is none, or it is too short.</exception>
    public SecretBytes ForNew(string? passwordFile, string keystore)
    {
        SecretBytes password = Read(passwordFile, Variable, $"New password for {keystore}: ");
        if (password.Span.Length < MinLength)
        {
            password.Dispose();
            throw new KeyFileException($"a password of a keystore has at least {MinLength} characters");
        }

        if (IsTyped(passwordFile, Variable))
        {
            using SecretBytes again = Ask("The same again: ");
            if (!again.Span.SequenceEqual(password.Span))
            {
                password.Dispose();
                throw new KeyFileException("the two passwords differ");
            }
        }

        return password;
    }

    /// <exception cref="KeyFileException">There is none.</exception>
    public SecretBytes ForExisting(string? passwordFile, string keystore) => Read(passwordFile, Variable, $"Password of {keystore}: ");

    /// <exception cref="KeyFileException">There is none.</exception>
    public SecretBytes ForSource(string? passwordFile, string keystore) => Read(passwordFile, SourceVariable, $"Password of {keystore}: ");

    private bool IsTyped(string? passwordFile, string name) => passwordFile is null && variable(name) is null or "";

    private SecretBytes Read(string? passwordFile, string name, string question) =>
        passwordFile is not null ? SecretFile.ReadLine(passwordFile, "password file")
        : variable(name) is { Length: > 0 } given ? new SecretBytes(Encoding.UTF8.GetBytes(given))
        : terminal.IsInteractive ? Ask(question)
        : throw new KeyFileException($"there is no password: give --password-file FILE or {name}, or type it at a terminal");

    private SecretBytes Ask(string question)
    {
        char[] typed = terminal.AskHidden(question);
        byte[] bytes = Encoding.UTF8.GetBytes(typed);
        try
        {
            return bytes.Length > 0 ? new SecretBytes(bytes) : throw new KeyFileException("the password is empty");
        }
        finally
        {
            Array.Clear(typed);
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
