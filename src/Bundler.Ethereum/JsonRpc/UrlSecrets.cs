namespace Bundler.Ethereum.JsonRpc;

/// <summary>What of a URL and its headers may be a credential, to be taken out of what the other side writes.</summary>
public sealed class UrlSecrets
{
    private const string Redacted = "[redacted]";

    // Shorter ones are words such as "v2", and would deface every text.
    private const int MinLength = 8;

    private readonly string[] _secrets;

    public UrlSecrets(Uri url, IReadOnlyDictionary<string, string> headers)
    {
        IEnumerable<string> credentials = url.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString);
        IEnumerable<string> path = url.AbsolutePath.Split('/').Concat(url.Query.TrimStart('?').Split('&').Select(pair => pair[(pair.IndexOf('=') + 1)..]));
        _secrets =
        [
            .. credentials.Where(text => text.Length > 0)
                .Concat(path.Concat(headers.Values).Concat(headers.Values.SelectMany(value => value.Split(' '))).Where(text => text.Length >= MinLength))
                .Distinct()
                .OrderByDescending(text => text.Length),
        ];
    }

    public string Redact(string text)
    {
        foreach (string secret in _secrets)
        {
            text = text.Replace(secret, Redacted, StringComparison.Ordinal);
        }

        return text;
    }
}
