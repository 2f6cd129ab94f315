using Bundler.Ethereum.Access;

namespace Bundler.Node;

/// <summary>One of several URLs of the chain: what it is asked for and how often.</summary>
internal sealed class EndpointOptions
{
    /// <summary>JSON-RPC over http or https; a user and password in it become basic authentication.</summary>
    public string Url { get; set; } = "";

    /// <summary>Instead of the URL: a file whose one line it is, that only its owner may read.</summary>
    public string UrlFile { get; set; } = "";

    /// <summary>The same node over ws or wss, for new heads; empty: it announces none.</summary>
    public string WebSocketUrl { get; set; } = "";

    /// <summary>Instead of the WebSocket URL: a file whose one line it is.</summary>
    public string WebSocketUrlFile { get; set; } = "";

    /// <summary>reads, traces, sends, heads: with commas; empty: all of them.</summary>
    public string For { get; set; } = "";

    /// <summary>0: as many as there are.</summary>
    public double RequestsPerSecond { get; set; }

    /// <summary>HTTP headers for every request, such as an API key.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Header → a file whose one line is its value.</summary>
    public IDictionary<string, string> HeaderFiles { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Null: a word is none of the purposes.</summary>
    public EndpointPurposes? Purposes()
    {
        EndpointPurposes all = EndpointPurposes.None;
        foreach (string word in For.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Enum.TryParse(word, ignoreCase: true, out EndpointPurposes purpose) || !char.IsAsciiLetter(word[0]))
            {
                return null;
            }

            all |= purpose;
        }

        return all == EndpointPurposes.None ? EndpointPurposes.All : all;
    }
}
