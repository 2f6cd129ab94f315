using Bundler.Paymaster.Keys;

namespace Bundler.Storage.Grants;

/// <summary>The keys of callers.</summary>
internal sealed class SqlApiKeyStore(SqlDatabase database) : IApiKeyStore
{
    private const string Insert =
        """
        INSERT INTO api_keys (id, hash, name, scopes, created_at, expires_at, origins, networks, per_minute, budgets)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """;

    private const string Columns =
        "SELECT id, hash, name, scopes, created_at, expires_at, revoked_at, origins, networks, per_minute, budgets FROM api_keys";

    private const string SelectAll = $"{Columns} ORDER BY created_at, id";
    private const string SelectOne = $"{Columns} WHERE id = $1";
    private const string Revoke = "UPDATE api_keys SET revoked_at = COALESCE(revoked_at, $2) WHERE id = $1";

    public Task AddAsync(ApiKey key, CancellationToken cancellationToken) =>
        database.WriteAsync(
            (session, token) => session.Prepare(Insert)
                .With(key.Id).With(key.Hash).With(key.Name).With((long)key.Scopes).With(key.CreatedAt).With(key.ExpiresAt).With(ApiKeyText.Of(key.Origins))
                .With(ApiKeyText.Of(key.Networks)).With((long?)key.PerMinute).With(ApiKeyText.Of(key.Budgets))
                .ExecuteAsync(token),
            cancellationToken);

    public Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync((session, token) => session.Prepare(SelectAll).ReadAllAsync(Key, token), cancellationToken);

    public Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync((session, token) => session.Prepare(SelectOne).With(id).ReadFirstAsync(Key, token), cancellationToken);

    public Task<bool> RevokeAsync(string id, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.WriteAsync(async (session, token) => await session.Prepare(Revoke).With(id).With(at).ExecuteAsync(token) > 0, cancellationToken);

    private static ApiKey Key(SqlRow row) => new()
    {
        Id = row.TextOrNull(0)!,
        Hash = row.Hash(1),
        Name = row.TextOrNull(2)!,
        Scopes = (ApiKeyScopes)row.Int64(3),
        CreatedAt = row.Time(4),
        ExpiresAt = row.TimeOrNull(5),
        RevokedAt = row.TimeOrNull(6),
        Origins = ApiKeyText.Items(row.TextOrNull(7)!),
        Networks = ApiKeyText.Networks(row.TextOrNull(8)!),
        PerMinute = (int?)row.Int64OrNull(9),
        Budgets = ApiKeyText.Budgets(row.TextOrNull(10)!),
    };
}
