using System.Text;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Signing;
using Bundler.Signing.LocalKey;

namespace Bundler.Engine.Submission;

/// <summary>A relay's address and credentials, from the configuration and the secret files that it names.</summary>
internal sealed record RelayAccess(Uri Url, IReadOnlyDictionary<string, string> Headers, PrivateKey? SigningKey)
{
    /// <summary>What is wrong with it; <c>null</c>: nothing. The content of a file is never in it.</summary>
    public static string? Fault(RelayOptions options)
    {
        try
        {
            Read(options).SigningKey?.Dispose();
            return null;
        }
        catch (KeyFileException fault)
        {
            return fault.Message;
        }
    }

    /// <exception cref="KeyFileException">A file cannot be read, or has not what it should.</exception>
    public static RelayAccess Read(RelayOptions options)
    {
        string text = options.UrlFile.Length > 0 ? Secret(options.UrlFile, "URL file") : options.Url;
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
        {
            throw new KeyFileException(options.UrlFile.Length > 0 ? $"the URL file {options.UrlFile} has no http or https URL" : "Url must be an http or https URL");
        }

        Dictionary<string, string> headers = new(options.Headers, StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string file) in options.HeaderFiles)
        {
            headers[name] = Secret(file, "header file");
        }

        return new RelayAccess(url, headers, options.SigningKeyFile.Length > 0 ? Key(options.SigningKeyFile) : null);
    }

    public HttpTransport Open(TimeSpan timeout, TimeProvider clock) => new(
        new HttpTransportOptions { Url = Url, Timeout = timeout, Headers = Headers, SignBody = SigningKey is { } key ? FlashbotsSignature.By(key) : null }, clock);

    private static PrivateKey Key(string file)
    {
        try
        {
            return PrivateKey.Parse(Secret(file, "signing key file"));
        }
        catch (CodecException fault)
        {
            throw new KeyFileException($"the signing key file {file} has no key: {fault.Message}");
        }
    }

    private static string Secret(string file, string what)
    {
        using SecretBytes secret = SecretFile.ReadLine(file, what);
        return Encoding.UTF8.GetString(secret.Span);
    }
}
