namespace Bundler.Storage;

/// <summary>The sole right to a database, held until disposed or until the process ends, however it ends.</summary>
internal interface IStoreClaim : IDisposable
{
    /// <summary>In one sentence, what stands at the database's place instead of what was claimed; <c>null</c> when it is still there.</summary>
    string? FindLoss();
}
