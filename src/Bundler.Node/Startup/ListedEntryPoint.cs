using Bundler.Engine.Chain;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Node.Startup;

/// <summary>An EntryPoint that may be served: no version is one that nobody knows; explicit is one that the operator named.</summary>
internal sealed record ListedEntryPoint(Address Address, EntryPointVersion? Version, bool IsExplicit)
{
    private const string Key = $"{ChainOptions.Section}:{nameof(ChainOptions.Serve)}";

    /// <summary>Reads <c>Bundler:Chain:Serve</c>, addresses with commas, some with <c>=version</c>; empty: all that the chain knows, the oldest version first.</summary>
    /// <exception cref="CodecException">An address or version is malformed; the message names it.</exception>
    public static IReadOnlyList<ListedEntryPoint> Read(string serve, IReadOnlyList<KnownEntryPoint> known)
    {
        string[] listed = serve.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return listed.Length == 0
            ? [.. known.OrderBy(entryPoint => entryPoint.Version).Select(entryPoint => new ListedEntryPoint(entryPoint.Address, entryPoint.Version, false))]
            : [.. listed.Select(text => ReadOne(text, known)).DistinctBy(entryPoint => entryPoint.Address)];
    }

    private static ListedEntryPoint ReadOne(string text, IReadOnlyList<KnownEntryPoint> known)
    {
        string[] parts = text.Split('=', 2);
        Address address = ReadAddress(parts[0]);
        if (parts.Length == 1)
        {
            return new ListedEntryPoint(address, known.FirstOrDefault(entryPoint => entryPoint.Address == address)?.Version, true);
        }

        return EntryPointVersionText.Parse(parts[1]) is { } version
            ? new ListedEntryPoint(address, version, true)
            : throw new CodecException(Key, $"{text} must end with one of the versions {EntryPointVersionText.Known}");
    }

    private static Address ReadAddress(string text)
    {
        try
        {
            return Address.Parse(text);
        }
        catch (CodecException fault)
        {
            throw new CodecException(Key, $"{text} is not an address, {fault.Reason}", fault);
        }
    }
}
