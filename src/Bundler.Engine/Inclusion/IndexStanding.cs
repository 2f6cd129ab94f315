using Bundler.Engine.Chain;

namespace Bundler.Engine.Inclusion;

/// <summary>How far the index is, and whether that can be true of the chain that the Ethereum node follows.</summary>
public sealed class IndexStanding
{
    /// <summary>A node that lags, or a short reorganisation, leaves the index so far above the head at most.</summary>
    private const ulong FarAbove = 32;

    private readonly ChainIndex _index;
    private readonly HeadFeed _heads;

    internal IndexStanding(ChainIndex index, HeadFeed heads) => (_index, _heads) = (index, heads);

    /// <summary>The highest indexed block; <c>null</c> before the index has begun.</summary>
    public ulong? Block => _index.Mark?.Number;

    /// <summary>The newest block where the index is far above it; else <c>null</c>.</summary>
    public ulong? HeadBelow => _index.Mark is { } mark && _heads.Latest is { } head && IsAhead(mark, head) ? head.Number : null;

    internal static bool IsAhead(BlockMark mark, ChainHead head) => mark.Number > FarAbove && mark.Number - FarAbove > head.Number;
}
