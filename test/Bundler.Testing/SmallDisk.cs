using System.Diagnostics;
using System.Globalization;

namespace Bundler.Testing;

/// <summary>A file system of a few megabytes in memory, which a test fills and frees; mounting one needs the right to (Linux, root).</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private readonly DirectoryInfo _mount;

    private SmallDisk(DirectoryInfo mount)
    {
        _mount = mount;
        Folder = mount.CreateSubdirectory("data");
    }

    /// <summary>A directory on it.</summary>
    public DirectoryInfo Folder { get; }

    private string Ballast => Path.Combine(_mount.FullName, "ballast");

    /// <summary><c>null</c> where mounting is not allowed.</summary>
    public static async Task<SmallDisk?> TryMountAsync(int megabytes)
    {
        DirectoryInfo mount = Directory.CreateTempSubdirectory("bundler-disk-");
        string size = string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m");
        if (await RunAsync("mount", "-t", "tmpfs", "-o", size, "bundler-tests", mount.FullName) == 0)
        {
            return new SmallDisk(mount);
        }

        mount.Delete();
        return null;
    }

    /// <summary>Takes every byte that is left.</summary>
    public void Fill()
    {
        byte[] page = new byte[4096];
        using FileStream ballast = new(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                ballast.Write(page);
            }
        }
        catch (IOException)
        {
            // No space left on the device.
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", "--lazy", _mount.FullName);
        _mount.Delete(recursive: true);
    }

    private static async Task<int> RunAsync(string program, params IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })
            ?? throw new InvalidOperationException($"{program} did not start");
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
