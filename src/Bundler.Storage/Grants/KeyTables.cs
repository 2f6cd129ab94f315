namespace Bundler.Storage.Grants;

/// <summary>API keys as a reservation asks for them, in its own transaction: a key that was revoked reserves nothing any more, on whichever node.</summary>
internal static class KeyTables
{
    private const string SelectAlive = "SELECT id FROM api_keys WHERE id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)";

    public static async Task<bool> IsAliveAsync(SqlSession session, string id, DateTimeOffset at, CancellationToken cancellationToken) =>
        await session.Prepare(SelectAlive).With(id).With(at).ReadFirstAsync(row => row.TextOrNull(0), cancellationToken) is not null;
}
