using System.Runtime.Versioning;

namespace Bundler.Testing;

/// <summary>A folder of its own for files with secrets; disposing deletes it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SecretFolder : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path = Directory.CreateTempSubdirectory("bundler-secrets-").FullName;

    public string PathOf(string name) => Path.Combine(_path, name);

    /// <summary>Writes a file and gives its path.</summary>
    public string Write(string name, string content, UnixFileMode mode = Private)
    {
        string path = PathOf(name);
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, mode);
        return path;
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
