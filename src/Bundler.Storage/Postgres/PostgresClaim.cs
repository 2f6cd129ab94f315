namespace Bundler.Storage.Postgres;

/// <summary>A server is nobody's alone: who does what is decided by rows in it.</summary>
internal sealed class PostgresClaim : IStoreClaim
{
    public string? FindLoss() => null;

    public void Dispose()
    {
    }
}
