namespace Bundler.Testing;

/// <summary>How an <see cref="AnvilProcess"/> differs from the ordinary dev chain.</summary>
public sealed record AnvilOptions
{
    public ulong ChainId { get; init; } = 1337;

    /// <summary>Loopback port; 0 takes a free one.</summary>
    public ushort Port { get; init; }

    /// <summary>Seconds between blocks, fractions allowed; null makes a block for every transaction.</summary>
    public double? BlockTimeSeconds { get; init; }

    public ulong BlockGasLimit { get; init; } = 60_000_000;

    /// <summary>Further anvil options, as on its command line.</summary>
    public IReadOnlyList<string> ExtraArguments { get; init; } = [];
}
