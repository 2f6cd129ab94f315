using System.Diagnostics;
using System.Formats.Asn1;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Testing.Kms;

/// <summary>
/// SoftHSM with its tokens in a folder of this process. The module reads its configuration from the environment of the process, and once:
/// all tests share the tokens, each with keys of its own.
/// </summary>
public sealed partial class SoftHsm
{
    public const string TokenLabel = "bundler";

    /// <summary>A token that nobody of this process logs in to.</summary>
    public const string ClosedTokenLabel = "closed";

    public const string Pin = "483157-of-the-token";

    private const string ConfigurationVariable = "SOFTHSM2_CONF";

    private static readonly string[] ModulePaths =
    [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib64/pkcs11/libsofthsm2.so",
    ];

    private static readonly Lazy<SoftHsm> Instance = new(() => new SoftHsm());

    private readonly string _folder;
    private readonly string _configuration;
    private int _imported;

    private SoftHsm()
    {
        ModulePath = ModulePaths.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("SoftHSM is missing: install the Debian package softhsm2.");
        _folder = Directory.CreateTempSubdirectory("bundler-softhsm-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(_folder, recursive: true);
        _configuration = Path.Combine(_folder, "softhsm2.conf");
        Directory.CreateDirectory(Path.Combine(_folder, "tokens"));
        File.WriteAllText(_configuration, $"directories.tokendir = {Path.Combine(_folder, "tokens")}\nobjectstore.backend = file\nlog.level = ERROR\n");
        Run("--init-token", "--free", "--label", TokenLabel, "--pin", Pin, "--so-pin", Pin);
        Run("--init-token", "--free", "--label", ClosedTokenLabel, "--pin", Pin, "--so-pin", Pin);

        // Environment.SetEnvironmentVariable does not reach native code.
        if (SetVariable(ConfigurationVariable, _configuration, 1) != 0)
        {
            throw new InvalidOperationException("setenv failed");
        }
    }

    /// <summary>The token of this process; made at the first call.</summary>
    public static SoftHsm Shared => Instance.Value;

    public string ModulePath { get; }

    /// <summary>What another process needs in its environment to see the tokens.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { [ConfigurationVariable] = _configuration };

    /// <summary>Puts a private key into the token, under a label and an id.</summary>
    public Address Import(string privateKey, string label, byte[] id)
    {
        string file = Path.Combine(_folder, $"{Interlocked.Increment(ref _imported)}.p8");
        using PrivateKey key = PrivateKey.Parse(privateKey);
        File.WriteAllText(file, PemEncoding.WriteString("PRIVATE KEY", Pkcs8(Hex.Decode(privateKey), key.PublicKey.Span)));
        Run("--import", file, "--token", TokenLabel, "--pin", Pin, "--label", label, "--id", Convert.ToHexStringLower(id));
        File.Delete(file);
        return key.Address;
    }

    private static byte[] Pkcs8(byte[] secret, ReadOnlySpan<byte> publicKey)
    {
        AsnWriter inner = new(AsnEncodingRules.DER);
        using (inner.PushSequence())
        {
            inner.WriteInteger(1);
            inner.WriteOctetString(secret);
            using (inner.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
            {
                inner.WriteBitString(publicKey);
            }
        }

        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.10045.2.1");
                writer.WriteObjectIdentifier("1.3.132.0.10");
            }

            writer.WriteOctetString(inner.Encode());
        }

        return writer.Encode();
    }

    private void Run(params string[] arguments)
    {
        ProcessStartInfo start = new("softhsm2-util", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[ConfigurationVariable] = _configuration;
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("softhsm2-util did not start");
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"softhsm2-util {arguments[0]} failed: {errors}");
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
