using Bundler.Engine;

namespace Bundler.Storage.Sqlite;

/// <summary>One process per data directory. The system releases the lock when the process ends, even by kill -9.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    public const string FileName = "bundler.lock";

    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <exception cref="DataDirectoryInUseException">Another process holds it.</exception>
    /// <exception cref="StoreUnavailableException">The directory cannot be made or written.</exception>
    public static DataDirectoryLock Take(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The data directory {directory} cannot be made: {fault.Message}", fault);
        }

        string path = Path.Combine(directory, FileName);
        try
        {
            return new DataDirectoryLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException fault) when (IsHeld(fault))
        {
            throw new DataDirectoryInUseException(directory, fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The data directory {directory} cannot be written: {fault.Message}", fault);
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>EWOULDBLOCK of Linux or macOS, ERROR_SHARING_VIOLATION of Windows.</summary>
    private static bool IsHeld(IOException fault) => fault.HResult is 11 or 35 or unchecked((int)0x80070020);
}
