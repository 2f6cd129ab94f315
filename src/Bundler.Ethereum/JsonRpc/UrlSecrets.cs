using System.Text;
using System.Text.Json;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>What of a URL and its headers may be a credential, to be taken out of what the other side writes.</summary>
public sealed class UrlSecrets
{
    private const string Redacted = "[redacted]";

    // Shorter ones are words such as "v2", and would deface every text.
    private const int MinLength = 8;

    // What a parameter is called is no secret, so its value may be shorter.
    private const int MinParameterLength = 4;

    private readonly string[] _secrets;

    public UrlSecrets(Uri url, IReadOnlyDictionary<string, string> headers)
    {
        string user = Uri.UnescapeDataString(url.UserInfo);
        IEnumerable<string> credentials = url.UserInfo.Length == 0 ? []
            : [.. url.UserInfo.Split(':', 2), .. url.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString), Convert.ToBase64String(Encoding.UTF8.GetBytes(user))];
        IEnumerable<string> path = url.AbsolutePath.Split('/');
        IEnumerable<string> parameters = url.Query.TrimStart('?').Split('&').Select(pair => pair[(pair.IndexOf('=') + 1)..]);
        IEnumerable<string> values = headers.Values.Concat(headers.Values.SelectMany(value => value.Split(' ')));
        _secrets =
        [
            .. credentials.Where(text => text.Length > 0)
                .Concat(WithUnescaped(path).Concat(values).Where(text => text.Length >= MinLength))
                .Concat(WithUnescaped(parameters).Where(text => text.Length >= MinParameterLength))
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

    /// <summary>An error as it may be shown to anybody: nothing secret in it, and nothing that a terminal obeys.</summary>
    public JsonRpcError Clean(JsonRpcError error) => error with
    {
        Message = OutsideText.Clean(Redact(error.Message)),
        Data = error.Data is { } data && AreIn(data) ? null : error.Data,
    };

    private static IEnumerable<string> WithUnescaped(IEnumerable<string> texts) => texts.SelectMany(text => new[] { text, Uri.UnescapeDataString(text) });

    // Reverts and other data that somebody reads carry no credentials.
    private bool AreIn(JsonElement data)
    {
        string text = data.GetRawText();
        return _secrets.Any(secret => text.Contains(secret, StringComparison.Ordinal));
    }
}
