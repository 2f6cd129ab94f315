using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Keys;

/// <summary>What a new key shall be, as an operator writes it: on the command line or at the operators' address.</summary>
public sealed record ApiKeyWish
{
    /// <summary>Characters of a name at most.</summary>
    public const int LongestName = 100;

    private const int LongestDays = 36_500;

    /// <summary>Whose it is.</summary>
    public string Name { get; init; } = "";

    /// <summary>Words of <see cref="ApiKeyScopeWords"/>.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = ["sponsor"];

    /// <summary>It expires after so many days; <c>null</c>: never.</summary>
    public int? Days { get; init; }

    /// <summary>Web pages, such as <c>https://wallet.example</c>.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>Networks, such as <c>10.0.0.0/8</c>, or addresses.</summary>
    public IReadOnlyList<string> Networks { get; init; } = [];

    /// <summary>Requests in a minute.</summary>
    public int? PerMinute { get; init; }

    /// <summary>Such as <c>day:wei=1000000,count=50</c>.</summary>
    public IReadOnlyList<string> Budgets { get; init; } = [];

    /// <summary>The key, and the secret that is told once.</summary>
    /// <exception cref="CodecException">Something cannot be meant.</exception>
    public (ApiKey Key, ApiKeySecret Secret) Make(DateTimeOffset now)
    {
        if (Name.Length is 0 or > LongestName || Name.Any(char.IsControl))
        {
            throw new CodecException($"a key needs a name of at most {LongestName} characters");
        }

        if (Days is < 1 or > LongestDays || PerMinute is < 1)
        {
            throw new CodecException("days and requests per minute are positive numbers");
        }

        ApiKeySecret secret = ApiKeySecret.Create();
        ApiKey key = new()
        {
            Id = secret.Id,
            Hash = secret.Hash(),
            Name = Name,
            Scopes = ApiKeyScopeWords.Parse(Scopes) ?? throw new CodecException($"scopes are {string.Join(", ", ApiKeyScopeWords.All)}"),
            CreatedAt = now,
            ExpiresAt = Days is { } days ? now.AddDays(days) : null,
            Origins = [.. Origins.Select(ApiKeyText.Origin)],
            Networks = [.. Networks.Select(ApiKeyText.Network)],
            PerMinute = PerMinute,
            Budgets = [.. Budgets.Select(ApiKeyText.Budget)],
        };
        return (key, secret);
    }
}
