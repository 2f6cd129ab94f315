using Bundler.Erc4337.EntryPoints;

namespace Bundler.Paymaster.Codecs;

/// <summary>The kinds of paymaster contracts that the node can sign for, and on which EntryPoints: the one list.</summary>
public static class GrantCodecCatalog
{
    /// <summary>Kind, EntryPoint version, codec.</summary>
    private static readonly (string Kind, EntryPointVersion Version, IGrantCodec Codec)[] All =
    [
        (NodeGrantCodec.Name, EntryPointVersion.V06, new NodeGrantCodec(EntryPointVersion.V06)),
        (NodeGrantCodec.Name, EntryPointVersion.V07, new NodeGrantCodec(EntryPointVersion.V07)),
        (NodeGrantCodec.Name, EntryPointVersion.V08, new NodeGrantCodec(EntryPointVersion.V08)),
        (NodeGrantCodec.Name, EntryPointVersion.V09, new NodeGrantCodec(EntryPointVersion.V09)),
        (ReferenceGrantCodec.Name, EntryPointVersion.V06, new ReferenceGrantCodecV06()),
        (ReferenceGrantCodec.Name, EntryPointVersion.V07, new ReferenceGrantCodec()),
        (ReferenceGrantCodec.Name, EntryPointVersion.V08, new ReferenceGrantCodec()),
        (PimlicoGrantCodec.Name, EntryPointVersion.V06, new PimlicoGrantCodec(EntryPointVersion.V06)),
        (PimlicoGrantCodec.Name, EntryPointVersion.V07, new PimlicoGrantCodec(EntryPointVersion.V07)),
    ];

    /// <summary>The kinds' names.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. All.Select(each => each.Kind).Distinct()];

    /// <summary>The codec of a kind on an EntryPoint version; <c>null</c>: there is no such contract.</summary>
    public static IGrantCodec? Find(string kind, EntryPointVersion version) => All.FirstOrDefault(each => each.Kind == kind && each.Version == version).Codec;
}
