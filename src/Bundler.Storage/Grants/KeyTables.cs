namespace Bundler.Storage.Grants;

/// <summary>API keys as a reservation asks for them, in its own transaction: a key that was revoked reserves nothing any more, on whichever node.</summary>
internal static class KeyTables
{
    private const string SelectExpiry = "SELECT expires_at FROM api_keys WHERE id = $1 AND revoked_at IS NULL";

    /// <summary>When a key expires, if it does some day; no row: it was revoked, or there is none.</summary>
    public static SqlQuery<DateTimeOffset> Query(string id) => new SqlQuery<DateTimeOffset>(SelectExpiry, row => row.TimeOrNull(0) ?? DateTimeOffset.MaxValue).With(id);
}
