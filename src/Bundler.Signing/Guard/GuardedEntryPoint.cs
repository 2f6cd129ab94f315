using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.Guard;

/// <summary>An EntryPoint that is served, and the two functions of its version that a bundler calls.</summary>
public sealed record GuardedEntryPoint
{
    private GuardedEntryPoint(Address address, uint handleOps, uint handleAggregatedOps)
    {
        Address = address;
        HandleOps = handleOps;
        HandleAggregatedOps = handleAggregatedOps;
    }

    public Address Address { get; }

    /// <summary>The selector, as the number that its four bytes are.</summary>
    public uint HandleOps { get; }

    /// <inheritdoc cref="HandleOps"/>
    public uint HandleAggregatedOps { get; }

    /// <summary>EntryPoint v0.6.</summary>
    public static GuardedEntryPoint OfV06(Address address) => new(address, 0x1fad948c, 0x4b1d7cf5);

    /// <summary>EntryPoint v0.7 and all after it, which have the packed operation.</summary>
    public static GuardedEntryPoint OfV07(Address address) => new(address, 0x765e827f, 0xdbed18e0);
}
