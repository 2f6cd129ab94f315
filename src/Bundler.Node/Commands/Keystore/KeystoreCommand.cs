using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing;
using Bundler.Signing.Keystore;
using Bundler.Signing.LocalKey;

namespace Bundler.Node.Commands;

/// <summary>
/// Keys in files under a password (S4-16): makes a new one, takes one over from a key file or another keystore, and names the address of
/// one. Passwords come from a file, the environment or the terminal, never from the arguments, which everybody on the machine can read.
/// </summary>
internal static class KeystoreCommand
{
    /// <summary>The first argument that leads here.</summary>
    public const string Name = "keystore";

    private static readonly IReadOnlyDictionary<string, Func<KeystoreArguments, PasswordSource, Address>> _verbs =
        new Dictionary<string, Func<KeystoreArguments, PasswordSource, Address>>(StringComparer.Ordinal)
        {
            ["create"] = Create,
            ["import"] = Import,
            ["address"] = AddressOf,
        };

    public static int Run(IReadOnlyList<string> arguments, PasswordSource passwords, TextWriter output, TextWriter errors)
    {
        KeystoreArguments asked = KeystoreArguments.Parse(arguments);
        IReadOnlyList<string> faults = asked.WantsHelp ? [] : asked.Faults(_verbs.Keys);
        if (asked.WantsHelp || faults.Count > 0)
        {
            return Explain(faults, output, errors);
        }

        try
        {
            output.WriteLine(_verbs[asked.Verb!](asked, passwords));
            return 0;
        }
        catch (Exception fault) when (fault is KeyFileException or NativeLibraryMissingException or InsufficientMemoryException)
        {
            errors.WriteLine(fault.Message);
            return 1;
        }
    }

    private static Address Create(KeystoreArguments asked, PasswordSource passwords)
    {
        using SecretBytes password = passwords.ForNew(asked.PasswordFile, asked.File!);
        return KeystoreFile.CreateNew(asked.File!, password, Argon2Cost.Usual);
    }

    private static Address Import(KeystoreArguments asked, PasswordSource passwords)
    {
        using SecretBytes secret = Secret(asked, passwords);
        using SecretBytes password = passwords.ForNew(asked.PasswordFile, asked.File!);
        return KeystoreFile.Create(asked.File!, secret.Span, password, Argon2Cost.Usual);
    }

    private static SecretBytes Secret(KeystoreArguments asked, PasswordSource passwords)
    {
        if (!KeystoreFile.IsKeystore(asked.From!))
        {
            return KeyFile.ReadSecret(asked.From!);
        }

        using SecretBytes password = passwords.ForSource(asked.FromPasswordFile, asked.From!);
        return KeystoreFile.ReadSecret(asked.From!, password);
    }

    private static Address AddressOf(KeystoreArguments asked, PasswordSource passwords)
    {
        using SecretBytes password = passwords.ForExisting(asked.PasswordFile, asked.File!);
        using SecretBytes secret = KeystoreFile.ReadSecret(asked.File!, password);
        using PrivateKey key = new(secret.Span);
        return key.Address;
    }

    private static int Explain(IReadOnlyList<string> faults, TextWriter output, TextWriter errors)
    {
        foreach (string fault in faults)
        {
            errors.WriteLine(fault);
        }

        (faults.Count > 0 ? errors : output).WriteLine(
            $"""
            bundler keystore create FILE [--password-file FILE]
            bundler keystore import FILE --from FILE [--from-password-file FILE] [--password-file FILE]
            bundler keystore address FILE [--password-file FILE]

              create    makes a new key in a new keystore (Argon2id, XChaCha20-Poly1305) and prints its address
              import    takes the key of --from (one key in hex, a Web3 keystore version 3, or one of ours) into a new keystore
              address   opens a keystore of either kind and prints its address

            Without --password-file the password is that of the environment ({PasswordSource.Variable}; of --from: {PasswordSource.SourceVariable}),
            or else the terminal asks for it. Files with keys and passwords must be readable by their owner alone.
            """);
        return faults.Count > 0 ? 1 : 0;
    }
}
