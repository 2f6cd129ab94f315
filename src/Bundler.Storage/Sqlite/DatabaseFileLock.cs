using Bundler.Engine;

namespace Bundler.Storage.Sqlite;

/// <summary>
/// The database's file itself, locked: whatever became of the name of the lock file or of the directory, whoever opens this file by any other name finds
/// it taken. The lock is on a byte that neither SQLite nor those who copy the file ask for.
/// </summary>
internal sealed class DatabaseFileLock : IDisposable
{
    // SQLite's own lock bytes end at 1 GiB + 511 (PENDING_BYTE); nothing need be stored where a lock is.
    private const long LockedByte = 0x4000_0000 + 4_096;

    private readonly string _path;
    private readonly FileStream _file;
    private readonly FileIdentity? _identity;

    private DatabaseFileLock(string path, FileStream file)
    {
        _path = path;
        _file = file;
        _identity = SystemFile.Of(file.SafeFileHandle);
    }

    /// <exception cref="DataDirectoryInUseException">Another process holds it.</exception>
    /// <exception cref="StoreUnavailableException">It cannot be made, written or locked.</exception>
    public static DatabaseFileLock Take(string path)
    {
        FileStream? file = null;
        try
        {
            // Shared with everybody: a backup tool may copy it.
            file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.ReadWrite | FileShare.Delete,
                BufferSize = 0,
            });
            DatabaseFileLock taken = SystemFile.TryLock(file.SafeFileHandle, LockedByte)
                ? new DatabaseFileLock(path, file)
                : throw new DataDirectoryInUseException(Path.GetDirectoryName(path)!);
            file = null;
            return taken;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The database {path} cannot be claimed: {fault.Message}", fault);
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <inheritdoc cref="IStoreClaim.FindLoss"/>
    public string? FindLoss() =>
        SystemFile.Find(_path) is not { } there ? $"The database {_path} was moved or removed while the node runs: put it back, or start the node again."
        : there != _identity ? $"Another file stands in the place of the database {_path}: put the old one back, or start the node again."
        : null;

    public void Dispose() => _file.Dispose();
}
