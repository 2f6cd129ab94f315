namespace Bundler.Ethereum.Client;

/// <summary>How a <see cref="HeadSource"/> watches.</summary>
public sealed record HeadSourceOptions
{
    /// <summary>Between two questions for the latest block, while nobody announces it.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After so long without an announcement, the node is asked all the same.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(30);
}
