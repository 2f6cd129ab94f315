using System.Text;
using Bundler.Signing;
using Bundler.Signing.LocalKey;
using Microsoft.Extensions.Options;

namespace Bundler.Node;

/// <summary>A URL or header that stands in the configuration, or in a file because it is a secret.</summary>
internal static class EndpointUrl
{
    public const string HeaderFile = "header file";

    public static bool IsHttp(string text) => IsUrl(text, Uri.UriSchemeHttp, Uri.UriSchemeHttps);

    public static bool IsSocket(string text) => IsUrl(text, Uri.UriSchemeWs, Uri.UriSchemeWss);

    /// <summary>Null when neither is given.</summary>
    /// <exception cref="OptionsValidationException">The file cannot be read, or has no URL of the right kind; the message never has its content.</exception>
    public static Uri? Read(string text, string file, Func<string, bool> isRight)
    {
        string url = text.Length > 0 ? text : file.Length > 0 ? ReadSecret(file, "URL file") : "";
        return url.Length == 0 ? null
            : isRight(url) ? new Uri(url)
            : throw Fault($"the URL file {file} has no URL of the right kind");
    }

    /// <exception cref="OptionsValidationException">The file cannot be read.</exception>
    public static string ReadSecret(string file, string what)
    {
        try
        {
            using SecretBytes secret = SecretFile.ReadLine(file, what);
            return Encoding.UTF8.GetString(secret.Span);
        }
        catch (KeyFileException fault)
        {
            throw Fault(fault.Message);
        }
    }

    private static OptionsValidationException Fault(string sentence) => new(EthereumOptions.Section, typeof(EthereumOptions), [sentence]);

    private static bool IsUrl(string text, params string[] schemes) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && schemes.Contains(url.Scheme);
}
