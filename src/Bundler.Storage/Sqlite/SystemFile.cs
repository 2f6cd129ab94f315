using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Bundler.Storage.Sqlite;

/// <summary>Two things of Linux that .NET does not offer: which file a name or a handle means, and locks that belong to an open file (OFD locks).</summary>
internal static partial class SystemFile
{
    private const string Library = "libc";

    private const int CurrentDirectory = -100;      // AT_FDCWD
    private const int OfTheHandle = 0x1000;         // AT_EMPTY_PATH
    private const uint InodeNumber = 0x100;         // STATX_INO
    private const int StatSize = 256;
    private const int InodeOffset = 32;
    private const int DeviceOffset = 136;

    private const int SetLock = 37;                 // F_OFD_SETLK
    private const short WriteLock = 1;              // F_WRLCK
    private const int TryAgain = 11;                // EAGAIN
    private const int AccessDenied = 13;            // EACCES
    private const int Interrupted = 4;              // EINTR

    /// <summary>The file that the name stands for now; <c>null</c> when there is none, or none that can be reached.</summary>
    public static FileIdentity? Find(string path) => Identify(CurrentDirectory, path, 0);

    public static FileIdentity? Of(SafeFileHandle handle)
    {
        bool added = false;
        try
        {
            handle.DangerousAddRef(ref added);
            return Identify((int)handle.DangerousGetHandle(), "", OfTheHandle);
        }
        finally
        {
            if (added)
            {
                handle.DangerousRelease();
            }
        }
    }

    /// <summary>Locks one byte for this handle alone; false when somebody else has it. The lock ends with the handle, and with nothing else.</summary>
    /// <exception cref="IOException">The file system has no such locks.</exception>
    public static bool TryLock(SafeFileHandle handle, long at)
    {
        FileLock wanted = new() { Type = WriteLock, Start = at, Length = 1 };
        int fault;
        do
        {
            fault = Control(handle, SetLock, ref wanted) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
        while (fault == Interrupted);

        return fault switch
        {
            0 => true,
            TryAgain or AccessDenied => false,
            _ => throw new IOException($"it cannot be locked: {Marshal.GetPInvokeErrorMessage(fault)}"),
        };
    }

    private static FileIdentity? Identify(int directory, string path, int flags)
    {
        Span<byte> stat = stackalloc byte[StatSize];
        return Stat(directory, path, flags, InodeNumber, stat) != 0 ? null : new FileIdentity(
            MemoryMarshal.Read<uint>(stat[DeviceOffset..]), MemoryMarshal.Read<uint>(stat[(DeviceOffset + sizeof(uint))..]), MemoryMarshal.Read<ulong>(stat[InodeOffset..]));
    }

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int directory, string path, int flags, uint mask, Span<byte> stat);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle handle, int command, ref FileLock argument);

    /// <summary>struct flock of 64-bit Linux; OFD locks want a process id of zero.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct FileLock
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int Process;
    }
}

/// <summary>Which file it is, whatever it is called: its device and its inode.</summary>
internal readonly record struct FileIdentity(uint DeviceMajor, uint DeviceMinor, ulong Inode);
