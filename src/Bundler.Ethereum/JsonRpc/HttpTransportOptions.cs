namespace Bundler.Ethereum.JsonRpc;

/// <summary>Where a node answers over HTTP, and the bounds of one exchange.</summary>
public sealed record HttpTransportOptions
{
    /// <summary>http or https; a user and password in it become basic authentication.</summary>
    public required Uri Url { get; init; }

    /// <summary>From sending the request to the last byte of the answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    public AnswerBounds Bounds { get; init; } = new();

    /// <summary>Longer batches are sent as several.</summary>
    public int MaxBatchSize { get; init; } = 100;

    public int MaxConnections { get; init; } = 64;

    /// <summary>Headers for every request, such as an API key.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>A header that is made from each body, such as a signature.</summary>
    public Func<ReadOnlyMemory<byte>, KeyValuePair<string, string>>? SignBody { get; init; }

    /// <summary>How many single requests take the place of a batch at once, with a node that has no batches.</summary>
    public int SinglesInFlight { get; init; } = 8;

    /// <summary>How often those of them that got lost are sent again without any being answered, while others were.</summary>
    public RetryOptions SinglesRetry { get; init; } = new();
}
