namespace Bundler.Ethereum.JsonRpc;

/// <summary>
/// How a URL is written in logs, faults and health pages: host and port alone. User, password, path and query may all be credentials; this is
/// the one place that decides it.
/// </summary>
public static class SafeUrl
{
    public static string Of(Uri url) => url.Authority;

    /// <summary>An Ethereum node, as faults name it.</summary>
    public static string Node(Uri url) => $"the node at {Of(url)}";
}
