namespace Bundler.Paymaster.Keys;

/// <summary>Why a key does not do.</summary>
public enum ApiKeyRefusal
{
    /// <summary>The request shows no key, and this node needs one.</summary>
    Missing,

    /// <summary>There is no such key, or its secret is another.</summary>
    Unknown,

    /// <summary>It was revoked.</summary>
    Revoked,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>It may not be used for this.</summary>
    OutOfScope,

    /// <summary>It may not be used from this web page.</summary>
    ForeignOrigin,

    /// <summary>It may not be used from this network.</summary>
    ForeignNetwork,

    /// <summary>It was used too often in this minute.</summary>
    TooOften,
}

/// <summary>The sentences of refusals.</summary>
public static class ApiKeyRefusalText
{
    /// <summary>A sentence that says no more than the caller may know.</summary>
    public static string Of(ApiKeyRefusal refusal) => refusal switch
    {
        ApiKeyRefusal.Missing => "an API key is needed: as bearer token, or as the last part of the URL's path",
        ApiKeyRefusal.Unknown => "the API key is not known",
        ApiKeyRefusal.Revoked => "the API key was revoked",
        ApiKeyRefusal.Expired => "the API key has expired",
        ApiKeyRefusal.OutOfScope => "the API key may not be used for this",
        ApiKeyRefusal.ForeignOrigin => "the API key may not be used from this web page",
        ApiKeyRefusal.ForeignNetwork => "the API key may not be used from this network",
        _ => "the API key was used too often in this minute",
    };
}
