namespace Bundler.Ethereum.Primitives;

/// <summary>Malformed hex, RLP, ABI or JSON; <see cref="Path"/> leads to the fault (<c>params[0].callData</c>).</summary>
public sealed class CodecException : Exception
{
    public CodecException(string message) : this("", message)
    {
    }

    public CodecException(string path, string message, Exception? inner = null)
        : base(path.Length == 0 ? message : $"{path}: {message}", inner)
    {
        Path = path;
        Reason = message;
    }

    /// <summary>Where in the document the fault lies; empty when the document is the value itself.</summary>
    public string Path { get; }

    /// <summary>What is wrong, without the path.</summary>
    public string Reason { get; }

    /// <summary>The same fault seen from one level further out.</summary>
    public CodecException Within(string outer) =>
        new(Path.Length == 0 ? outer : Path[0] == '[' ? outer + Path : $"{outer}.{Path}", Reason, InnerException);
}
